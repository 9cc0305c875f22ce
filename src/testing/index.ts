/**
 * The four vendors simulated, a virtual clock, and a conformance suite for clients of your own.
 *
 * @module export-jobs/testing
 */

export type * from '../vendor/public-types.ts'
export type { Fault, FaultAnswer } from './answers.ts'
export { badIds } from './conformance/check-requests.ts'
export { type Check, type ConformanceOptions, conformance } from './conformance/conformance.ts'
export type { SimulatedJob, SimulatedPhase, VendorSimulation } from './defined-vendor.ts'
export type { JobScript } from './job-script.ts'
export type { LoggedRequest, SimulatedVendor, StartableVendor } from './simulated-vendor.ts'
export { createVendorSimulator, type VendorSimulator, type VendorSimulatorOptions } from './simulator.ts'
export type { MswHandler, SimulatorServer } from './transports.ts'
export type { SimulatedAnaconda } from './vendors/anaconda.ts'
export type { SimulatedDidomi } from './vendors/didomi.ts'
export type { SimulatedLoyaltyDog } from './vendors/loyaltydog.ts'
export type { SimulatedTyk } from './vendors/tyk.ts'
export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from './virtual-clock.ts'

import { type Clock, isClock } from '../clock.ts'
import type { Duration } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import { isPlainObject } from '../internal/json.ts'
import { assertOption } from '../internal/options.ts'
import { systemClock } from '../internal/system-clock.ts'
import { createDefinedVendor, type VendorSimulation } from './defined-vendor.ts'
import { checkScript } from './job-script.ts'
import type { LoggedRequest, StartableVendor, World } from './simulated-vendor.ts'
import {
  createInProcessFetch,
  type MswHandler,
  type SimulatorServer,
  serve,
  toHandlers,
} from './transports.ts'
import { createSimulatedAnaconda, type SimulatedAnaconda } from './vendors/anaconda.ts'
import { createSimulatedDidomi, type SimulatedDidomi } from './vendors/didomi.ts'
import { createSimulatedLoyaltyDog, type SimulatedLoyaltyDog } from './vendors/loyaltydog.ts'
import { createSimulatedTyk, type SimulatedTyk } from './vendors/tyk.ts'

/** Options of {@link createVendorSimulator}. */
export interface VendorSimulatorOptions<Name extends string = string> {
  /** The clock by which exports age. Default: the system's. */
  readonly clock?: Clock
  /** How long an export is pending, unless its script says otherwise. Default `'300ms'`. */
  readonly pending?: Duration
  /** How long an export is running, unless its script says otherwise. Default `'1s'`. */
  readonly running?: Duration
  /** Your own vendors, besides the four: `simulator.<name>` is each of them. Default: none. */
  readonly vendors?: readonly VendorSimulation<Name>[]
}

/** The four vendors, simulated, and your own besides. */
export interface VendorSimulator {
  /** The clock in use. */
  readonly clock: Clock
  /** A `fetch` for clients: the vendors answer in this process, at their own URLs. */
  readonly fetch: typeof globalThis.fetch
  /**
   * All msw handlers, for `setupServer(...simulator.handlers)`.
   *
   * @throws Error if msw, an optional peer, is not installed.
   */
  readonly handlers: MswHandler[]
  /** Every request that the vendors received, in order. */
  readonly requests: readonly LoggedRequest[]
  readonly tyk: SimulatedTyk
  readonly anaconda: SimulatedAnaconda
  readonly loyaltydog: SimulatedLoyaltyDog
  readonly didomi: SimulatedDidomi
  /**
   * Serves the vendors over real HTTP, on 127.0.0.1 only.
   *
   * @param options - `port`: default any free one
   * @returns the server; `baseUrl(server.origin)` of a vendor is what its client takes
   */
  listen(options?: { port?: number }): Promise<SimulatorServer>
}

/**
 * Simulates the four vendors, with their error bodies, headers and oddities, and your own vendors. Runs in process, with
 * its own `fetch` or under msw, or as a server; opens no connection.
 *
 * @param options - see {@link VendorSimulatorOptions}
 * @returns the simulator, without exports: add them with `add`, or start them through the API
 * @throws ConfigurationError `invalid-option` for an invalid option. The methods throw it for an invalid script or fault.
 *
 * @example
 * ```ts
 * const simulator = createVendorSimulator()
 * const server = setupServer(...simulator.handlers)
 * server.listen()
 * const client = createTykClient({ baseUrl: simulator.tyk.baseUrl(), token: simulator.tyk.token })
 * const job = await waitForCompletion(client, simulator.tyk.add({ running: '2s' }))
 * ```
 */
export function createVendorSimulator<Name extends string = never>(
  options: VendorSimulatorOptions<Name> = {},
): VendorSimulator & Readonly<Record<Name, StartableVendor>> {
  const given: unknown = options
  assertOption(isPlainObject(given), 'The options of the simulator must be an object: { clock, running, … }.')
  const { clock = systemClock, pending = '300ms', running = '1s', vendors = [] } = options
  assertOption(isClock(clock), 'clock must be a Clock: { now(), sleep(ms, { signal }) }.')
  checkScript({ pending, running })
  // A fixed offset, so that the vendors' time stamps move with a virtual clock.
  const wallOffset = Date.now() - clock.now()
  const requests: LoggedRequest[] = []
  const world: World = {
    clock,
    wall: (at = clock.now()) => wallOffset + at,
    requests,
    defaults: { pending, running },
  }
  const tyk = createSimulatedTyk(world)
  const anaconda = createSimulatedAnaconda(world)
  const loyaltydog = createSimulatedLoyaltyDog(world)
  const didomi = createSimulatedDidomi(world)
  const own = vendors.map((simulation) => createDefinedVendor(world, simulation))
  // The last route of a vendor answers all other paths below its name. The four also answer at any host.
  const routes = [...own, tyk, anaconda, loyaltydog, didomi].flatMap((each) => each.routes)
  const respond = (request: Request) => routes.find((route) => route.matches(request))?.answer(request)

  const simulator: VendorSimulator = {
    clock,
    requests,
    fetch: createInProcessFetch(respond),
    get handlers() {
      return toHandlers(routes)
    },
    tyk: tyk.vendor,
    anaconda: anaconda.vendor,
    loyaltydog: loyaltydog.vendor,
    didomi: didomi.vendor,
    listen: (listenOptions) => serve(respond, listenOptions),
  }
  vendors.forEach(({ vendor: name }, index) => {
    if (!/^[a-z][a-z\d-]*$/.test(name) || name in simulator) {
      const message = `The vendor name "${name}" is taken, or has other characters than small letters, digits and dashes.`
      throw new ConfigurationError('invalid-option', message)
    }
    Object.assign(simulator, { [name]: own[index]?.vendor })
  })
  return simulator as VendorSimulator & Readonly<Record<Name, StartableVendor>>
}

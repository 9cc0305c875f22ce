import { once } from 'node:events'
import type { Duration } from '../duration.ts'
import { createVendorSimulator, type Fault, type VendorSimulator } from '../testing/index.ts'
import type { Environment } from './environment.ts'
import { Interruption, type Shell } from './shell.ts'
import { usageError } from './usage.ts'
import { formatRef, vendorNames } from './vendors.ts'

/** The options of `simulate`. */
export interface SimulateFlags {
  readonly port?: number | undefined
  readonly running?: Duration | undefined
  readonly fail?: readonly string[] | undefined
}

// Otherwise a wait for Didomi's next run would never end.
const nextRunEvery = 15_000

/**
 * Simulates the four vendors on this machine until it is interrupted. Prints the environment that leads the other
 * commands there, as shell commands.
 *
 * @returns the exit code
 */
export async function simulate(
  { out, err, signal }: Shell,
  { port = 0, running = '5s', fail = [] }: SimulateFlags,
): Promise<number> {
  const faults = fail.map(readFault)
  const simulator = createVendorSimulator({ running })
  const { tyk, anaconda, loyaltydog, didomi } = simulator
  const { origin, close } = await simulator.listen({ port })
  for (const vendor of [tyk, anaconda, loyaltydog, didomi]) vendor.fail(...faults)
  const first = didomi.add({ running: 0 })
  const timer = setInterval(() => didomi.add(), nextRunEvery)
  const variables = Object.entries(environmentOf(simulator, origin)).map((variable) => variable.join('='))
  for (const vendor of vendorNames)
    out.line(`export ${variables.filter((each) => each.startsWith(vendor.toUpperCase())).join(' ')}`)
  err.line(
    `export-jobs: Four vendors are simulated on ${origin} until you press Ctrl-C. Run the lines above in another shell.\nexport-jobs: Didomi has the run ${formatRef(first)}, and a new one every ${nextRunEvery / 1_000} seconds.`,
  )
  if (!signal.aborted) await once(signal, 'abort')
  clearInterval(timer)
  await close()
  if (!(signal.reason instanceof Interruption)) throw signal.reason
  return signal.reason.exitCode
}

/**
 * The environment variables that lead the command to the simulated vendors.
 *
 * @param origin - of the simulator's server
 */
export function environmentOf(simulator: VendorSimulator, origin: string): Environment {
  const { tyk, anaconda, loyaltydog, didomi } = simulator
  return {
    TYK_BASE_URL: tyk.baseUrl(origin),
    TYK_TOKEN: tyk.token,
    ANACONDA_BASE_URL: anaconda.baseUrl(origin),
    ANACONDA_CLIENT_ID: anaconda.credentials.clientId,
    ANACONDA_CLIENT_SECRET: anaconda.credentials.clientSecret,
    LOYALTYDOG_BASE_URL: loyaltydog.baseUrl(origin),
    LOYALTYDOG_TOKEN: loyaltydog.token,
    DIDOMI_BASE_URL: didomi.baseUrl(origin),
    DIDOMI_ORGANIZATION_ID: 'simulated-organization',
    DIDOMI_KEY: didomi.credentials.key,
    DIDOMI_SECRET: didomi.credentials.secret,
  }
}

function readFault(text: string): Fault {
  if (text === 'html' || text === 'reset' || text === 'hang') return text
  const status = Number(text)
  if (/^\d{3}$/.test(text) && status >= 400 && status <= 599) return { status }
  const message = '--fail takes an HTTP status from 400 to 599, html, reset or hang.'
  throw usageError(message)
}

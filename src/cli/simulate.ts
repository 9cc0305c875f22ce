import type { Duration } from '../duration.ts'
import { ConfigurationError } from '../index.ts'
import { createVendorSimulator, type Fault } from '../testing/index.ts'
import { exitCodes } from './exit-codes.ts'
import { Interruption, type Shell } from './shell.ts'
import { formatRef } from './vendors.ts'

/** How exports go at the simulated vendors. */
export interface SimulateFlags {
  readonly port?: number | undefined
  readonly running?: Duration | undefined
  readonly fail?: readonly string[] | undefined
}

// So that a wait for the next run of Didomi comes to an end.
const nextRunEvery = 15_000

/**
 * Simulates the four vendors on this machine until it is stopped. Prints what leads the other commands there, in the
 * words of a shell.
 *
 * @returns the exit code
 */
export async function simulate(
  shell: Shell,
  { port = 0, running = '5s', fail = [] }: SimulateFlags,
): Promise<number> {
  const { out, err, signal } = shell
  const faults = fail.map(readFault)
  const simulator = createVendorSimulator({ running })
  const { tyk, anaconda, loyaltydog, didomi } = simulator
  const server = await simulator.listen({ port })
  for (const vendor of [tyk, anaconda, loyaltydog, didomi]) vendor.fail(...faults)
  const first = didomi.add({ running: 0 })
  const timer = setInterval(() => didomi.add(), nextRunEvery)
  const { origin } = server
  for (const line of [
    `TYK_BASE_URL=${tyk.baseUrl(origin)} TYK_TOKEN=${tyk.token}`,
    `ANACONDA_BASE_URL=${anaconda.baseUrl(origin)} ANACONDA_CLIENT_ID=${anaconda.credentials.clientId} ANACONDA_CLIENT_SECRET=${anaconda.credentials.clientSecret}`,
    `LOYALTYDOG_BASE_URL=${loyaltydog.baseUrl(origin)} LOYALTYDOG_TOKEN=${loyaltydog.token}`,
    `DIDOMI_BASE_URL=${didomi.baseUrl(origin)} DIDOMI_ORGANIZATION_ID=simulated-organization DIDOMI_KEY=${didomi.credentials.key} DIDOMI_SECRET=${didomi.credentials.secret}`,
  ])
    out.line(`export ${line}`)
  err.line(
    `export-jobs: Four vendors are simulated on ${origin} until you press Ctrl-C. Run the lines above in another shell.\nexport-jobs: Didomi has the run ${formatRef(first)}, and a new one every ${nextRunEvery / 1_000} seconds.`,
  )
  try {
    await new Promise<never>((_, reject) => {
      const stop = () => reject(signal.reason)
      if (signal.aborted) stop()
      signal.addEventListener('abort', stop, { once: true })
    })
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    return error.exitCode
  } finally {
    clearInterval(timer)
    await server.close()
  }
  return exitCodes.done
}

function readFault(text: string): Fault {
  if (text === 'html' || text === 'reset' || text === 'hang') return text
  const status = Number(text)
  if (/^\d{3}$/.test(text) && status >= 400 && status <= 599) return { status }
  const message = '--fail takes an HTTP status from 400 to 599, html, reset or hang.'
  throw new ConfigurationError('invalid-option', message)
}

import { isExportJobsError, TransportError } from '../errors.ts'
import { throwIfAborted, withTimeout } from '../internal/abort.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import type { ClientSettings, Token } from './client-options.ts'
import { checkToken, whyNoToken } from './headers.ts'

/** Supplies the requests of one client with their token. */
export interface TokenSource {
  /** The token to send now. */
  get(signal: AbortSignal | undefined): Promise<string>
  /**
   * The token to send instead of a refused one; undefined if there is none. All requests whose token was refused share
   * one refresh, late ones too.
   */
  refresh(refused: string, signal: AbortSignal | undefined): Promise<string | undefined>
  /** The tokens in use, to be redacted in responses. */
  readonly secrets: readonly string[]
}

/** @throws ConfigurationError `invalid-option` for a token that cannot be sent. */
export function createTokenSource(settings: ClientSettings): TokenSource {
  const { token, vendor } = settings
  if (typeof token === 'function') return createFunctionSource(token, settings)
  const fixed = checkToken(token, vendor)
  return { secrets: [fixed], get: async () => fixed, refresh: async () => undefined }
}

function createFunctionSource(
  token: Exclude<Token, string>,
  { vendor, timeout }: ClientSettings,
): TokenSource {
  let secrets: readonly string[] = []
  let last: { readonly refused: string; readonly token: string } | undefined
  const refreshes = createSingleFlight<string>()

  const failed = (code: 'network' | 'timeout', what: string) =>
    new TransportError(code, `The token function of the ${vendor} client ${what}`, vendor, false)

  async function ask(refresh: boolean, signal: AbortSignal | undefined): Promise<string> {
    const timeoutError = () => failed('timeout', `took longer than ${timeout} ms.`)
    try {
      const limit = { ms: timeout, timeoutError }
      const given = await withTimeout(async (signal) => token({ signal, refresh }), { signal, limit })
      const why = whyNoToken(given)
      // Temporary, as for a function that throws: the next call may return one.
      if (why) throw failed('network', `returned no token: it ${why}.`)
      if (!secrets.includes(given)) secrets = [given, ...secrets.slice(0, 1)]
      return given
    } catch (error) {
      throwIfAborted(signal)
      if (!isExportJobsError(error)) {
        const thrown = describeThrown(error)
        throw failed('network', `threw ${thrown}. Its text is not shown, as it may contain a secret.`)
      }
      // A token endpoint that answers nonsense may do better next time.
      if (error.name === 'ResponseError') throw failed('network', `failed: ${error.message}`)
      // Whatever the token endpoint answered, the request that needs the token was not sent: no export was started.
      throw Object.assign(error, { sent: false })
    }
  }

  // A refresh has a signal of its own: a caller that aborts does not end it for the others.
  async function refresh(refused: string, signal: AbortSignal | undefined): Promise<string> {
    if (last?.refused === refused) return last.token
    const run = async (signal: AbortSignal) => {
      const fresh = await ask(true, signal)
      // The same token again is no refresh: the next refusal calls the function again.
      if (fresh !== refused) last = { refused, token: fresh }
      return fresh
    }
    return refreshes.join(refused, run, { signal })
  }

  return {
    get secrets() {
      return secrets
    },
    async get(signal) {
      const given = await ask(false, signal)
      // The function may go on returning a token that was refused. The refreshed one is sent.
      const isRefused = last?.refused === given || refreshes.isInProgress(given)
      return isRefused ? refresh(given, signal) : given
    },
    refresh,
  }
}

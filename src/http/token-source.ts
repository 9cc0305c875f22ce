import { isExportJobsError, TransportError } from '../errors.ts'
import { throwIfAborted, withTimeout } from '../internal/abort.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import type { ClientSettings, Token, TokenRequest } from './client-options.ts'
import { checkToken, whyNoToken } from './headers.ts'

/** Where the requests of one client get their token. */
export interface TokenSource {
  /** The token to send now. */
  get(signal: AbortSignal | undefined): Promise<string>
  /**
   * The token to send instead of one that was refused; undefined where there is none. All requests whose token was
   * refused share one refresh, and one that comes late finds it done.
   */
  refresh(refused: string, signal: AbortSignal | undefined): Promise<string | undefined>
  /** The tokens in use, to be redacted in what the vendor says. */
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

  async function call(request: TokenRequest): Promise<string> {
    const given = await token(request)
    const why = whyNoToken(given)
    // The next call may do better, as one that throws may.
    if (why) throw failed('network', `returned no token: it ${why}.`)
    return given
  }

  async function ask(refresh: boolean, signal: AbortSignal | undefined): Promise<string> {
    const timeoutError = () => failed('timeout', `took longer than ${timeout} ms.`)
    try {
      const given = await withTimeout((signal) => call({ signal, refresh }), {
        signal,
        limit: { ms: timeout, timeoutError },
      })
      if (!secrets.includes(given)) secrets = [given, ...secrets.slice(0, 1)]
      return given
    } catch (error) {
      throwIfAborted(signal)
      // Its text is not repeated: it may hold the secret that the token is made from.
      if (!isExportJobsError(error))
        throw failed('network', 'failed. Its own error is not shown, as it may contain a secret.')
      // A token endpoint that answers nonsense may do better next time.
      if (error.name === 'ResponseError') throw failed('network', `failed: ${error.message}`)
      // Whatever the token endpoint answered, the request that needs the token was not sent: no export was started.
      throw Object.assign(error, { sent: false })
    }
  }

  // A refresh has a signal of its own: who aborts does not take the token from the others.
  async function refresh(refused: string, signal: AbortSignal | undefined): Promise<string> {
    if (last?.refused === refused) return last.token
    const run = async (signal: AbortSignal) => {
      const fresh = await ask(true, signal)
      // One that comes back the same was not refreshed: the next refusal asks again.
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
      // A function that keeps returning what was refused already has been refreshed once; that token counts.
      const isRefused = last?.refused === given || refreshes.isInProgress(given)
      return isRefused ? refresh(given, signal) : given
    },
    refresh,
  }
}

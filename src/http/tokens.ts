import { isExportJobsError, TransportError } from '../errors.ts'
import { withTimeout } from '../internal/abort.ts'
import { createSingleFlight } from '../internal/single-flight.ts'
import { checkToken } from './credentials.ts'
import type { Token } from './options.ts'

/** Where the requests of one client get their token. */
export interface TokenSource {
  /** The token to send now. */
  get(signal: AbortSignal | undefined): Promise<string>
  /**
   * The token to send instead of one that was refused; undefined where there is none. All requests whose
   * token was refused share one refresh, and one that is late finds it done.
   */
  renew(refused: string, signal: AbortSignal | undefined): Promise<string | undefined>
  /** The tokens in use, to be struck out of what the vendor says. */
  readonly secrets: readonly string[]
}

/**
 * @param timeout - how long a token function may take, in ms
 * @throws ConfigurationError `invalid-option` for a token that cannot be sent.
 */
export function createTokenSource(token: Token | undefined, vendor: string, timeout: number): TokenSource {
  if (typeof token !== 'function') {
    const fixed = checkToken(token, vendor)
    return { secrets: [fixed], get: async () => fixed, renew: async () => undefined }
  }
  let secrets: readonly string[] = []
  let renewed: { readonly refused: string; readonly token: string } | undefined
  const renewals = createSingleFlight<string>()

  const timeoutError = () =>
    new TransportError(
      'timeout',
      `The token function of the ${vendor} client took longer than ${timeout} ms.`,
      vendor,
      false,
    )

  const ask = async (refresh: boolean, signal: AbortSignal | undefined): Promise<string> => {
    const given = await withTimeout(async (own) => token({ signal: own, refresh }), {
      signal,
      limit: { ms: timeout, timeoutError },
    }).catch((error: unknown) => {
      signal?.throwIfAborted()
      if (isExportJobsError(error)) throw error
      // Its text is not repeated: it may hold the secret that the token is made from.
      throw new TransportError(
        'network',
        `The token function of the ${vendor} client failed. Its own error is not shown, as it may contain a secret.`,
        vendor,
        false,
      )
    })
    const checked = checkToken(given, vendor, 'what the token function returns')
    if (!secrets.includes(checked)) secrets = [checked, ...secrets.slice(0, 1)]
    return checked
  }

  const renewal = (refused: string) => async (own: AbortSignal) => {
    const fresh = await ask(true, own)
    // One that comes back the same was no renewal: the next refusal asks again.
    if (fresh !== refused) renewed = { refused, token: fresh }
    return fresh
  }

  // A renewal has a signal of its own, so that whoever aborts does not take the token from the others; when the last
  // one leaves, it is ended.
  const renew = async (refused: string, signal: AbortSignal | undefined): Promise<string> =>
    renewed?.refused === refused ? renewed.token : renewals.join(refused, renewal(refused), { signal })

  return {
    get secrets() {
      return secrets
    },
    async get(signal) {
      const given = await ask(false, signal)
      // A function that keeps returning what was refused already has been renewed once; that one counts.
      const isRefused = renewed?.refused === given || renewals.isUnderWay(given)
      return isRefused ? renew(given, signal) : given
    },
    renew,
  }
}

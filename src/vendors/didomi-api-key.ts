import { session } from '../../specs/didomi.schema.ts'
import { defineCredentials, type ExchangeOptions, type TokenRequest } from '../vendor/index.ts'

export type { ExchangeOptions } from '../vendor/index.ts'

/** Options of {@link didomiApiKey}. */
export interface DidomiApiKeyOptions extends ExchangeOptions {
  /** The id of the API key. */
  readonly key: string
  /** Its secret. Sent to `baseUrl` only, to fetch tokens. */
  readonly secret: string
}

const hour = 3_600_000

/**
 * Creates a token function from an API key (`POST /v1/sessions`). It fetches a token, keeps it for most of its hour, and
 * fetches a new one when it is refused.
 *
 * @param options - the API key
 * @returns a function for the `token` option; it rejects with an ApiError `unauthorized` when the key is refused, which
 * Didomi does with a 400
 * @throws ConfigurationError `invalid-option` for options that are invalid.
 */
export function didomiApiKey(options: DidomiApiKeyOptions): (request: TokenRequest) => Promise<string> {
  return createToken(options)
}

const createToken = defineCredentials({
  vendor: 'didomi',
  baseUrl: 'https://api.didomi.io/v1',
  what: 'the API key',
  credentials: ['key', 'secret'],
  async fetchToken({ key, secret }, { request }) {
    const json = { type: 'api-key', key, secret }
    const { access_token: token } = await request({ path: '/sessions', json, schema: session })
    return { token, lifetime: hour }
  },
})

import { session } from '../../specs/didomi.schema.ts'
import { defineCredentials, type RequestEvent, type TokenRequest } from '../vendor/index.ts'

/** Options of {@link didomiApiKey}. */
export interface DidomiApiKeyOptions {
  /** The id of the API key. */
  readonly key: string
  /** Its secret. Sent only to `baseUrl`, to fetch a token. */
  readonly secret: string
  /** Default `https://api.didomi.io/v1`. */
  readonly baseUrl?: string | undefined
  /** The function that makes the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Lets the credentials travel over plain http to other machines. Default `false`. */
  readonly allowHttp?: boolean | undefined
  /** Called after each attempt at a token. What it throws never reaches the request. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined
}

const hour = 3_600_000

/**
 * Makes a token function from an API key (`POST /v1/sessions`): fetches a token, keeps it for most of its hour, and
 * fetches a new one when it was refused.
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

import { token } from '../../specs/anaconda.schema.ts'
import { defineCredentials, type ExchangeOptions, type TokenRequest } from '../vendor/index.ts'

export type { ExchangeOptions } from '../vendor/index.ts'

/** Options of {@link anacondaServiceAccount}. */
export interface AnacondaServiceAccountOptions extends ExchangeOptions {
  /** The service account's client id. */
  readonly clientId: string
  /** Its secret. Sent to `baseUrl` only, to fetch tokens. */
  readonly clientSecret: string
}

/**
 * Creates a token function from a service account (`POST /api/iam/token`). It fetches a token, keeps it for most of its
 * 15 minutes, and fetches a new one when it is refused.
 *
 * @param options - the credentials of the service account
 * @returns a function for the `token` option; it rejects with an ApiError `unauthorized` when the account is refused
 * @throws ConfigurationError `invalid-option` for options that are invalid.
 */
export function anacondaServiceAccount(
  options: AnacondaServiceAccountOptions,
): (request: TokenRequest) => Promise<string> {
  return createToken(options)
}

const createToken = defineCredentials({
  vendor: 'anaconda',
  baseUrl: 'https://anaconda.com',
  what: 'the service account',
  credentials: ['clientId', 'clientSecret'],
  async fetchToken({ clientId, clientSecret }, { request }) {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
    const answer = await request({ path: '/api/iam/token', form, schema: token })
    return { token: answer.access_token, lifetime: (answer.expires_in ?? 900) * 1_000 }
  },
})

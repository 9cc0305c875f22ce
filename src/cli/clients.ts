import { ConfigurationError, type RequestEvent, type Token } from '../index.ts'
import { anacondaServiceAccount, createAnacondaClient } from '../vendors/anaconda.ts'
import { createDidomiClient, didomiApiKey } from '../vendors/didomi.ts'
import { createLoyaltyDogClient } from '../vendors/loyaltydog.ts'
import { createTykClient } from '../vendors/tyk.ts'
import { readSecretFile, tokenFile } from './secret-file.ts'
import type { VendorName } from './vendors.ts'

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a client is made from beside the environment; none of it secret. */
export interface ClientSettings {
  readonly baseUrl?: string | undefined
  readonly allowHttp?: boolean | undefined
  readonly onRequest?: ((event: RequestEvent) => void) | undefined
}

/**
 * Makes the client of a vendor from the environment.
 *
 * @throws ConfigurationError `invalid-option` for what is missing or cannot be.
 */
function createTyk(environment: Environment, settings: ClientSettings) {
  const { value, token } = readEnvironment(environment, 'TYK')
  const baseUrl = settings.baseUrl ?? value('TYK_BASE_URL')
  if (baseUrl === undefined) {
    throw missing('TYK_BASE_URL is not set, nor --base-url: give https://<your host>/api/v1')
  }
  return createTykClient({ ...settings, baseUrl, token: token() })
}

function createAnaconda(environment: Environment, settings: ClientSettings) {
  const { value, token } = readEnvironment(environment, 'ANACONDA')
  const shared = { ...settings, baseUrl: settings.baseUrl ?? value('ANACONDA_BASE_URL') }
  return createAnacondaClient({
    ...shared,
    organization: value('ANACONDA_ORGANIZATION'),
    token: token({
      names: ['ANACONDA_CLIENT_ID', 'ANACONDA_CLIENT_SECRET'],
      make: (clientId, clientSecret) => anacondaServiceAccount({ ...shared, clientId, clientSecret }),
    }),
  })
}

function createLoyaltyDog(environment: Environment, settings: ClientSettings) {
  const { value, secret, token } = readEnvironment(environment, 'LOYALTYDOG')
  return createLoyaltyDogClient({
    ...settings,
    baseUrl: settings.baseUrl ?? value('LOYALTYDOG_BASE_URL'),
    token: token(),
    merchantToken: secret('LOYALTYDOG_MERCHANT_TOKEN'),
  })
}

function createDidomi(environment: Environment, settings: ClientSettings) {
  const { value, token } = readEnvironment(environment, 'DIDOMI')
  const shared = { ...settings, baseUrl: settings.baseUrl ?? value('DIDOMI_BASE_URL') }
  const organizationId = value('DIDOMI_ORGANIZATION_ID')
  if (organizationId === undefined) throw missing('DIDOMI_ORGANIZATION_ID is not set')
  return createDidomiClient({
    ...shared,
    organizationId,
    token: token({
      names: ['DIDOMI_KEY', 'DIDOMI_SECRET'],
      make: (key, secret) => didomiApiKey({ ...shared, key, secret }),
    }),
  })
}

/** The clients' factories, by vendor. */
export const createClient = {
  tyk: createTyk,
  anaconda: createAnaconda,
  loyaltydog: createLoyaltyDog,
  didomi: createDidomi,
} satisfies Record<VendorName, unknown>

/** Two credentials that a token is made from. */
interface Pair {
  readonly names: readonly [string, string]
  readonly make: (first: string, second: string) => Token
}

/**
 * Reads the variables of one vendor. What is set to nothing is not set: many CI systems say it so.
 *
 * @param prefix - what the names of its variables begin with
 */
export function readEnvironment(environment: Environment, prefix: string) {
  const value = (name: string): string | undefined => environment[name] || undefined
  const secret = (name: string): string | undefined => {
    const file = value(`${name}_FILE`)
    return value(name) ?? (file === undefined ? undefined : readSecretFile(file, `${name}_FILE`))
  }
  const token = (pair?: Pair): Token => {
    const given = value(`${prefix}_TOKEN`)
    if (given !== undefined) return given
    const file = value(`${prefix}_TOKEN_FILE`)
    if (file !== undefined) return tokenFile(file, `${prefix}_TOKEN_FILE`)
    const [first, second] = pair?.names.map(secret) ?? []
    if (pair && first !== undefined && second !== undefined) return pair.make(first, second)
    if (pair && (first ?? second) !== undefined) {
      throw missing(`${pair.names[first === undefined ? 0 : 1]} is not set`)
    }
    const others = pair ? `, or ${pair.names.join(' and ')}` : ''
    throw missing(
      `No credential: set ${prefix}_TOKEN, or ${prefix}_TOKEN_FILE to a file of mode 600${others}`,
    )
  }
  return { value, secret, token }
}

function missing(what: string): ConfigurationError {
  const advice = 'See: export-jobs help environment.'
  return new ConfigurationError('invalid-option', `${what}.`, undefined, advice)
}

import { ConfigurationError } from '../index.ts'
import { anacondaServiceAccount, createAnacondaClient } from '../vendors/anaconda.ts'
import { createDidomiClient, didomiApiKey } from '../vendors/didomi.ts'
import { createLoyaltyDogClient } from '../vendors/loyaltydog.ts'
import { createTykClient, type TykClientOptions } from '../vendors/tyk.ts'
import { tokenFile } from './token-file.ts'
import type { VendorName } from './vendors.ts'

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the command line says of a client; none of it secret. */
export interface ClientFlags {
  readonly baseUrl?: string | undefined
  readonly allowHttp?: boolean | undefined
}

/** What a client is made from beside the environment. */
export type ClientSettings = ClientFlags & Pick<TykClientOptions, 'onRequest'>

/**
 * Makes the client of a vendor from the environment.
 *
 * @throws ConfigurationError `invalid-option` for what is missing or cannot be.
 */
export function createTyk(environment: Environment, flags: ClientSettings) {
  const read = reader(environment)
  const baseUrl = flags.baseUrl ?? read('TYK_BASE_URL')
  if (baseUrl === undefined) {
    throw missing('TYK_BASE_URL is not set, nor --base-url: give https://<your host>/api/v1')
  }
  return createTykClient({ ...flags, baseUrl, token: tokenOf('TYK', read) })
}

/** As {@link createTyk}, for Anaconda. */
export function createAnaconda(environment: Environment, flags: ClientSettings) {
  const read = reader(environment)
  const baseUrl = flags.baseUrl ?? read('ANACONDA_BASE_URL')
  const token = tokenOf('ANACONDA', read, {
    names: ['ANACONDA_CLIENT_ID', 'ANACONDA_CLIENT_SECRET'],
    make: (clientId, clientSecret) =>
      anacondaServiceAccount({ ...withoutEvents(flags), clientId, clientSecret, baseUrl }),
  })
  return createAnacondaClient({ ...flags, baseUrl, token, organization: read('ANACONDA_ORGANIZATION') })
}

/** As {@link createTyk}, for LoyaltyDog. */
export function createLoyaltyDog(environment: Environment, flags: ClientSettings) {
  const read = reader(environment)
  return createLoyaltyDogClient({
    ...flags,
    baseUrl: flags.baseUrl ?? read('LOYALTYDOG_BASE_URL'),
    token: tokenOf('LOYALTYDOG', read),
    merchantToken: read('LOYALTYDOG_MERCHANT_TOKEN'),
  })
}

/** As {@link createTyk}, for Didomi. */
export function createDidomi(environment: Environment, flags: ClientSettings) {
  const read = reader(environment)
  const baseUrl = flags.baseUrl ?? read('DIDOMI_BASE_URL')
  const organizationId = read('DIDOMI_ORGANIZATION_ID')
  if (organizationId === undefined) throw missing('DIDOMI_ORGANIZATION_ID is not set')
  const token = tokenOf('DIDOMI', read, {
    names: ['DIDOMI_KEY', 'DIDOMI_SECRET'],
    make: (key, secret) => didomiApiKey({ ...withoutEvents(flags), key, secret, baseUrl }),
  })
  return createDidomiClient({ ...flags, baseUrl, token, organizationId })
}

/** The clients' factories, by vendor. */
export const createClient = {
  tyk: createTyk,
  anaconda: createAnaconda,
  loyaltydog: createLoyaltyDog,
  didomi: createDidomi,
} satisfies Record<VendorName, unknown>

// Those of a token's own requests are no events of the client.
const withoutEvents = ({ baseUrl, allowHttp }: ClientSettings): ClientFlags => ({ baseUrl, allowHttp })

type Read = (name: string) => string | undefined
type TokenFunction = ReturnType<typeof anacondaServiceAccount>

interface Pair {
  readonly names: readonly [string, string]
  readonly make: (first: string, second: string) => TokenFunction
}

// A variable that is set to nothing is how many a CI system says that it is not set.
const reader =
  (environment: Environment): Read =>
  (name) =>
    environment[name] || undefined

function tokenOf(prefix: string, read: Read, pair?: Pair) {
  const token = read(`${prefix}_TOKEN`)
  if (token !== undefined) return token
  const file = read(`${prefix}_TOKEN_FILE`)
  if (file !== undefined) return tokenFile(file, `${prefix}_TOKEN_FILE`)
  const [first, second] = pair?.names.map(read) ?? []
  if (pair && first !== undefined && second !== undefined) return pair.make(first, second)
  if (pair && (first ?? second) !== undefined) {
    throw missing(`${pair.names[first === undefined ? 0 : 1]} is not set`)
  }
  const others = pair ? `, or ${pair.names.join(' and ')}` : ''
  throw missing(`No credential: set ${prefix}_TOKEN, or ${prefix}_TOKEN_FILE to a file of mode 600${others}`)
}

function missing(what: string): ConfigurationError {
  return new ConfigurationError('invalid-option', `${what}.`)
}

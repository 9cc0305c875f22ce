import type { RequestEvent } from '../index.ts'
import { anacondaServiceAccount, createAnacondaClient } from '../vendors/anaconda.ts'
import { createDidomiClient, didomiApiKey } from '../vendors/didomi.ts'
import { createLoyaltyDogClient } from '../vendors/loyaltydog.ts'
import { createTykClient } from '../vendors/tyk.ts'
import { type Environment, missing, readEnvironment } from './environment.ts'
import type { CommonFlags } from './flags.ts'
import { loadVendor } from './own-vendor.ts'
import type { Shell } from './shell.ts'
import { type AnyClient, isVendorName, type VendorName } from './vendors.ts'

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

/** The clients that a command asks. */
export interface Clients {
  /** The name of the vendor of `--vendor`: all exports are its then. */
  readonly own: string | undefined
  /**
   * The client of a vendor, one for all that ask.
   *
   * @throws ConfigurationError `invalid-option` for what is missing in the environment or cannot be.
   */
  of(vendor: string): AnyClient
}

/**
 * Makes the clients of a command, from the environment and the command line.
 *
 * @param onRequest - called after each attempt at a request
 * @throws ConfigurationError `invalid-option` for a module of `--vendor` that cannot be loaded.
 */
export async function openClients(
  { environment }: Pick<Shell, 'environment'>,
  { vendor: path, baseUrl, allowHttp }: CommonFlags,
  onRequest?: (event: RequestEvent) => void,
): Promise<Clients> {
  const own = path === undefined ? undefined : await loadVendor(path)
  const settings = { baseUrl, allowHttp, onRequest }
  const clients = new Map<string, AnyClient>()
  const make = (vendor: string): AnyClient => {
    if (own) return own.create(environment, settings)
    if (!isVendorName(vendor)) throw new Error(`No vendor ${vendor}`)
    return createClient[vendor](environment, settings) as unknown as AnyClient
  }
  return {
    own: own?.vendor,
    of(vendor) {
      const client = clients.get(vendor) ?? make(vendor)
      clients.set(vendor, client)
      return client
    },
  }
}

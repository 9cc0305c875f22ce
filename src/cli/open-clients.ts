import type { RequestEvent } from '../index.ts'
import { createClient } from './clients.ts'
import type { CommonFlags } from './flags.ts'
import { loadVendor } from './own-vendor.ts'
import type { Shell } from './shell.ts'
import { type AnyClient, isVendorName } from './vendors.ts'

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

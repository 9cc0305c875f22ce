import type { RequestEvent } from '../index.ts'
import { createClient } from './clients.ts'
import type { CommonFlags } from './flags.ts'
import type { Shell } from './shell.ts'
import { type AnyClient, isVendorName } from './vendors.ts'

/** The clients that a command asks. */
export interface Clients {
  /** The name of the vendor of `--vendor`: all exports are its then. */
  readonly own?: string
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
 */
export function openClients(
  { environment }: Pick<Shell, 'environment'>,
  { baseUrl, allowHttp }: CommonFlags,
  onRequest?: (event: RequestEvent) => void,
): Clients {
  const settings = { baseUrl, allowHttp, onRequest }
  const clients = new Map<string, AnyClient>()
  const make = (vendor: string): AnyClient => {
    if (!isVendorName(vendor)) throw new Error(`No vendor ${vendor}`)
    return createClient[vendor](environment, settings) as unknown as AnyClient
  }
  return {
    of(vendor) {
      const client = clients.get(vendor) ?? make(vendor)
      clients.set(vendor, client)
      return client
    },
  }
}

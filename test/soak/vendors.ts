// The four vendors of a soak, in a process of their own: forked with the number of exports, it tells where they are.
import { getResponse, HttpResponse, http } from 'msw'
import { createVendorSimulator } from '../../src/testing/index.ts'
import { serve } from '../../src/testing/transports.ts'
import { type VendorName, vendorNames } from '../support/vendors.ts'
import { createExports } from './exports.ts'

/** What the waiting process has to know of the vendors, without loading a simulator. */
export interface Accounts {
  /** The paths at which they are, to be put behind an origin. */
  readonly paths: Readonly<Record<VendorName, string>>
  readonly anaconda: { readonly clientId: string; readonly clientSecret: string }
  readonly didomi: { readonly key: string; readonly secret: string }
}

/** What the vendors tell. */
export interface VendorsReport {
  readonly origin: string
  readonly accounts: Accounts
  /** When the exports began, ms since the epoch. */
  readonly startedAt: number
}

// No token lives longer, in ms.
const tokenLife = 5_000

const simulator = createVendorSimulator()
// Where a user's own token function gets its tokens.
const keys = http.get('*/keys/:vendor/current', ({ params }) =>
  HttpResponse.json({ key: simulator[params.vendor as VendorName].token }),
)
const handlers = [keys, ...simulator.handlers]
const { origin } = await serve((request) => getResponse(handlers, request))

const startedAt = Date.now()
for (const { vendor, script } of createExports(Number(process.argv[2]))) simulator[vendor].add(script)

setInterval(() => {
  for (const name of vendorNames) simulator[name].expireToken()
}, tokenLife)

process.on('disconnect', () => process.exit())
const { anaconda, didomi } = simulator
const paths = Object.fromEntries(vendorNames.map((name) => [name, simulator[name].baseUrl('')]))
const accounts: Accounts = {
  paths: paths as Accounts['paths'],
  anaconda: anaconda.credentials,
  didomi: didomi.credentials,
}
process.send?.({ origin, startedAt, accounts } satisfies VendorsReport)

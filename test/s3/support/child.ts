// A process that downloads: forked with what to download as JSON.
import { download } from '../../../src/node/index.ts'
import { createLoyaltyDogClient } from '../../../src/vendors/loyaltydog.ts'
import type { Errand } from './start.ts'

const { baseUrl, token, id, to }: Errand = JSON.parse(process.argv[2] ?? '')
await download(createLoyaltyDogClient({ baseUrl, token }), id, { to })
process.disconnect()

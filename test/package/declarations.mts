// Compiled with `declaration`: TypeScript has to be able to write down the type of each of these.
import { pollOnce, records, startWait, watch } from 'export-jobs'
import { anacondaServiceAccount, createAnacondaClient } from 'export-jobs/anaconda'
import { createDidomiClient, didomiApiKey } from 'export-jobs/didomi'
import { createLoyaltyDogClient } from 'export-jobs/loyaltydog'
import { download } from 'export-jobs/node'
import { conformance, createVendorSimulator, createVirtualClock } from 'export-jobs/testing'
import { createTykClient } from 'export-jobs/tyk'

export const anacondaToken = anacondaServiceAccount({ clientId: 'id', clientSecret: 'secret' })
export const didomiToken = didomiApiKey({ key: 'key', secret: 'secret' })

export const tyk = createTykClient({ baseUrl: 'https://studio.example/api/v1', token: 'token' })
export const anaconda = createAnacondaClient({ token: anacondaToken })
export const loyaltydog = createLoyaltyDogClient({ token: 'token' })
export const didomi = createDidomiClient({ token: didomiToken, organizationId: 'organization' })

export const tykApi = tyk.api
export const anacondaApi = anaconda.api
export const loyaltydogApi = loyaltydog.api
export const didomiApi = didomi.api

export const tykJob = () => tyk.get('id')
export const didomiJob = () => didomi.get({ exportId: 'export', runId: 'run' })
export const opened = () => loyaltydog.openDownload('id')
export const poll = () => pollOnce(anaconda, startWait('id'))
export const updates = () => watch(tyk, 'id')
export const rows = () => records(tyk, 'id')
export const saved = () => download(tyk, 'id', { to: 'exports/' })
export const { get, openDownload } = tyk

export const clock = createVirtualClock()
export const simulator = createVendorSimulator({ clock })
export const { didomi: simulatedDidomi, handlers } = simulator
export const suite = conformance<string, Awaited<ReturnType<typeof tyk.get>>>

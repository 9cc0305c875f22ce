import { describe, test } from 'vitest'
import {
  type ConformanceOptions,
  conformance,
  createVendorSimulator,
  createVirtualClock,
} from '../../../src/testing/index.ts'
import { createAnacondaClient } from '../../../src/vendors/anaconda.ts'
import { createDidomiClient } from '../../../src/vendors/didomi.ts'
import { createLoyaltyDogClient } from '../../../src/vendors/loyaltydog.ts'
import { createTykClient } from '../../../src/vendors/tyk.ts'

const clock = createVirtualClock()
const simulator = createVendorSimulator({ clock, pending: 0, running: 0 })
const { tyk, anaconda, loyaltydog, didomi, fetch: respond } = simulator
const expired = tyk.add({ expiresAfter: 0 })
await clock.advance(7_200_000)

const running = { running: '90d' } as const
const pending = { pending: '90d' } as const
const failed = { outcome: 'failed' } as const

function suite<Ref>(vendor: string, options: ConformanceOptions<Ref>): void {
  describe(vendor, () => {
    for (const { name, run } of conformance(options)) test(name, run)
  })
}

suite('tyk', {
  createClient: (fetch, { token }) => createTykClient({ baseUrl: tyk.baseUrl(), token, fetch }),
  respond,
  token: () => tyk.token,
  refs: {
    pending: tyk.add(pending),
    running: tyk.add(running),
    completed: tyk.add(),
    failed: tyk.add(failed),
    expired,
    unknown: tyk.add({ ...running, status: 'dozing' }),
    missing: 'nobody',
  },
  params: { source_type: 'app', source_id: 7, start_date: '2026-01-01', end_date: '2026-01-31' },
})

suite('anaconda', {
  createClient: (fetch, { token }) => createAnacondaClient({ token, fetch, organization: 'org-1' }),
  respond,
  token: () => anaconda.token,
  refs: {
    pending: anaconda.add(pending),
    running: anaconda.add(running),
    completed: anaconda.add(),
    failed: anaconda.add(failed),
    canceled: anaconda.add({ outcome: 'canceled' }),
    missing: '0f8fad5b-d9cb-469f-a165-70867728950e',
  },
  params: { from_date: '2026-01-01T00:00:00Z' },
})

suite('loyaltydog', {
  createClient: (fetch, { token }) => createLoyaltyDogClient({ token, fetch }),
  respond,
  token: () => loyaltydog.token,
  refs: {
    pending: loyaltydog.add(pending),
    running: loyaltydog.add(running),
    completed: loyaltydog.add(),
    failed: loyaltydog.add(failed),
    canceled: loyaltydog.add({ outcome: 'canceled', error: 'stopped by an operator' }),
  },
  params: { format: 'csv' },
})

suite('didomi', {
  createClient: (fetch, { token }) => createDidomiClient({ token, fetch, organizationId: 'org-1' }),
  async respond(request) {
    // It lets 100 requests pass in 15 seconds.
    await clock.advance(150)
    return respond(request)
  },
  token: () => didomi.token,
  refs: {
    running: didomi.add(running),
    completed: didomi.add(),
    failed: didomi.add(failed),
    missing: { exportId: didomi.exportId, runId: 'nobody' },
  },
})

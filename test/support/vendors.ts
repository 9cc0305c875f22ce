import type { ExportClient, ExportJob } from '../../src/index.ts'
import { createAnacondaClient } from '../../src/vendors/anaconda.ts'
import { createDidomiClient } from '../../src/vendors/didomi.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { createTykClient, type TykClientOptions } from '../../src/vendors/tyk.ts'

export type VendorName = 'tyk' | 'anaconda' | 'loyaltydog' | 'didomi'

/** A token that no other text of the tests contains. */
export const secretToken = 'sk-very-secret-token-0123456789'

export const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e'

type Options = Partial<TykClientOptions>

/** Each vendor's client behind one face, with an export that it answers about. */
export const vendors: Record<
  VendorName,
  {
    create(options?: Options): ExportClient<unknown, ExportJob>
    ref: unknown
    /** An answer that says completed. */
    completed: unknown
  }
> = {
  tyk: {
    create: (options) =>
      createTykClient({ baseUrl: 'https://tyk.example/api/v1', token: secretToken, ...options }) as never,
    ref: 'exp-1',
    completed: { type: 'proxy_log_export', id: 'exp-1', attributes: { status: 'completed' } },
  },
  anaconda: {
    create: (options) => createAnacondaClient({ token: secretToken, ...options }) as never,
    ref: uuid,
    completed: { id: uuid, org_id: uuid, status: 'completed', created_at: '2025-03-01T10:00:00Z' },
  },
  loyaltydog: {
    create: (options) => createLoyaltyDogClient({ token: secretToken, ...options }) as never,
    ref: 'task-1',
    completed: { taskId: 'task-1', status: 'success', downloadUrl: 'https://s3.example/file.csv' },
  },
  didomi: {
    create: (options) =>
      createDidomiClient({ token: secretToken, organizationId: 'org-1', ...options }) as never,
    ref: { exportId: 'export-1', runId: 'run-1' },
    completed: { data: [{ id: 'run-1', status: 'completed' }] },
  },
}

export const vendorNames = Object.keys(vendors) as VendorName[]

/** The plainest client there is: Tyk's, with any options. */
export function createPlainClient(options: Options = {}) {
  return createTykClient({ baseUrl: 'https://tyk.example/api/v1', token: secretToken, ...options })
}

/** What an export of Tyk is started with. */
export const startParams = {
  source_type: 'llm',
  source_id: 7,
  start_date: '2025-01-01',
  end_date: '2025-01-02',
} as const

/** What Tyk answers about an export that runs. */
export const runningExport = (id = 'exp-1') => ({
  type: 'proxy_log_export',
  id,
  attributes: { status: 'processing' },
})

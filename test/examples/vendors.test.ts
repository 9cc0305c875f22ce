import { describe, expect, onTestFinished, test } from 'vitest'
import { createAmazonClient } from '../../examples/vendors/amazon-sp-api.ts'
import { createAuth0Client } from '../../examples/vendors/auth0.ts'
import { createWorkOsClient } from '../../examples/vendors/workos.ts'
import { type ExportClient, type ExportJob, waitForCompletion } from '../../src/index.ts'
import {
  conformance,
  createVendorSimulator,
  createVirtualClock,
  type SimulatedJob,
  type VendorSimulation,
} from '../../src/testing/index.ts'
import type { ClientOptions, Download } from '../../src/vendor/index.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { readText } from '../support/read-text.ts'

const ended = { completed: 'DONE', canceled: 'CANCELLED', failed: 'FATAL' }

/** What the vendors answer, as they document it. */
const simulations: VendorSimulation[] = [
  {
    vendor: 'workos',
    baseUrl: 'https://api.workos.com',
    status: '/audit_logs/exports/{id}',
    start: '/audit_logs/exports',
    statuses: { pending: 'pending', running: 'pending', completed: 'ready', failed: 'error' },
    format: 'csv',
    respond: ({ id, status, createdAt, fileUrl }) => ({
      object: 'audit_log_export',
      id,
      state: status,
      ...(fileUrl && { url: fileUrl }),
      created_at: createdAt,
      updated_at: createdAt,
    }),
  },
  {
    vendor: 'auth0',
    baseUrl: 'https://tenant.auth0.example/api/v2',
    status: '/jobs/{id}',
    start: '/jobs/users-exports',
    statuses: { running: 'processing' },
    format: 'csv',
    respond: ({ id, status, progress, createdAt, fileUrl, params }) => ({
      ...(params as object),
      type: 'users_export',
      id,
      status,
      created_at: createdAt,
      percentage_done: progress,
      ...(fileUrl && { location: fileUrl }),
    }),
  },
  {
    vendor: 'amazon-sp-api',
    baseUrl: 'https://sellingpartnerapi-na.amazon.com/reports/2021-06-30',
    status: '/reports/{id}',
    start: '/reports',
    cancel: '/reports/{id}',
    statuses: { pending: 'IN_QUEUE', running: 'IN_PROGRESS', ...ended },
    format: 'csv',
    respond: ({ id, status, createdAt, fileUrl }, { method }) =>
      method === 'DELETE'
        ? new Response(null)
        : {
            reportId: id,
            reportType: 'GET_FLAT_FILE_OPEN_LISTINGS_DATA',
            processingStatus: status,
            createdTime: createdAt,
            ...(fileUrl && { reportDocumentId: `DOC-${id}` }),
          },
    respondElse(jobs, { url }) {
      const [, id] = /\/documents\/DOC-(.+)$/.exec(url) ?? []
      const job = jobs.find((each: SimulatedJob) => each.id === id)
      return job?.fileUrl && { reportDocumentId: `DOC-${id}`, url: job.fileUrl }
    },
  },
]

/** What the examples have in common. */
interface Example extends ExportClient<string, ExportJob> {
  start(params: unknown): Promise<string>
  openDownload(ref: string | ExportJob): Promise<Download>
}

const examples = {
  workos: [createWorkOsClient, { organization_id: 'org_1', range_start: 'a', range_end: 'b' }],
  auth0: [createAuth0Client, { format: 'csv' }],
  'amazon-sp-api': [createAmazonClient, { reportType: 'A', marketplaceIds: ['ATVPDKIKX0DER'] }],
} as const

describe.each(Object.keys(examples) as (keyof typeof examples)[])('%s', (vendor) => {
  const [factory, params] = examples[vendor]
  const create = factory as unknown as (options: ClientOptions) => Example
  const worldOf = (options: object = {}) => {
    const simulator = createVendorSimulator({ vendors: simulations, pending: 0, running: 0, ...options })
    return {
      simulator,
      simulated: (simulator as unknown as Record<string, typeof simulator.tyk>)[
        vendor
      ] as typeof simulator.tyk,
    }
  }

  /** The vendor behind a real port. */
  async function startWorld() {
    const { simulator, simulated } = worldOf()
    const server = await simulator.listen()
    onTestFinished(() => server.close())
    const requests: (string | null)[] = []
    const client = create({
      token: simulated.token,
      baseUrl: simulated.baseUrl(server.origin),
      clock: createVirtualClock({ auto: true }),
      fetch(input, init) {
        requests.push(
          new Headers(init?.headers).get(vendor === 'amazon-sp-api' ? 'x-amz-access-token' : 'authorization'),
        )
        return fetch(input, init)
      },
    })
    const wait = { clock: createVirtualClock({ auto: true }) }
    return { simulated, client, requests, wait }
  }

  test('starts, waits and downloads; the store gets no credential', async () => {
    const { client, requests, wait, simulated } = await startWorld()
    const id = await client.start(params)
    const job = await waitForCompletion(client, id, wait)
    expect(job).toMatchObject({ vendor, id, createdAt: expect.any(Date) })
    expect(await readText((await client.openDownload(job)).body)).toMatch(/^id,/)
    expect(requests.at(-1)).toBeNull()
    expect(requests.slice(0, -1).every((header) => header?.endsWith(simulated.token))).toBe(true)
  })

  test('tells a failed export, and polls on through what passes', async () => {
    const { client, simulated, wait } = await startWorld()
    const id = simulated.add({ outcome: 'failed' })
    simulated.fail({ status: 429, headers: { 'retry-after': '2' } }, { status: 503 })
    expect(await caughtError(waitForCompletion(client, id, wait))).toMatchObject({ code: 'job-failed' })
  })

  test('a page, a refusal and an unknown export are typed errors without the token', async () => {
    const { client, simulated } = await startWorld()
    const id = simulated.add()
    const error = await caughtError(client.get('nobody'))
    expect(error).toMatchObject({ code: 'not-found', vendor })
    expect(everythingOf(error)).not.toContain(simulated.token)
    simulated.fail('html')
    expect(await caughtError(client.get(id))).toMatchObject({ name: 'ResponseError' })
  })

  const { simulator, simulated } = worldOf()
  const checks = conformance({
    createClient: (fetch, { token }) =>
      create({ token, fetch, ...(vendor === 'auth0' && { baseUrl: 'https://tenant.auth0.example/api/v2' }) }),
    respond: (request) => simulator.fetch(request),
    token: () => simulated.token,
    refs: {
      running: simulated.add({ running: '9h' }),
      completed: simulated.add(),
      failed: simulated.add({ outcome: 'failed' }),
    },
    params,
  })
  test.each(checks.map(({ name, run }) => [name, run] as const))('%s', (_, run) => run())
})

test('a report of Amazon is canceled, which is answered with nothing', async () => {
  const simulator = createVendorSimulator({ vendors: simulations, pending: '9h' })
  const simulated = (simulator as unknown as Record<string, typeof simulator.tyk>)[
    'amazon-sp-api'
  ] as typeof simulator.tyk
  const client = createAmazonClient({ token: simulated.token, fetch: simulator.fetch })
  const id = simulated.add()
  expect(await client.cancel(id)).toBeUndefined()
  expect(await client.get(id)).toMatchObject({ status: 'canceled', rawStatus: 'CANCELLED' })
})

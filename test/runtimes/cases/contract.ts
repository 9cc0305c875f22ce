import {
  type DownloadableClient,
  type ExportJob,
  isExportJobsError,
  pollOnce,
  records,
  startWait,
  type Update,
  type WaitState,
  waitForCompletion,
  watch,
} from 'export-jobs'
import { anacondaServiceAccount } from 'export-jobs/anaconda'
import { createDidomiClient, didomiApiKey } from 'export-jobs/didomi'
import { type Case, caught, check, expect } from '../harness.ts'
import { quickly, type VendorName, vendorNames, type World } from '../world.ts'

const day = { source_type: 'llm', source_id: 7, start_date: '2025-01-01', end_date: '2025-01-02' } as const
const readText = (body: ReadableStream<Uint8Array>) => new Response(body).text()
const passOn = <State>(state: State): State => JSON.parse(JSON.stringify(state))

/** What every vendor's client does, all the way to real sockets. */
const ofEach = (world: World, vendor: VendorName): Case[] => [
  {
    name: `${vendor}: get`,
    async run() {
      const ref = await world.add(vendor, { pending: 0, running: 0, records: 12 })
      const job = await world.client(vendor).get(ref)
      expect(job, { vendor, status: 'completed', ref })
      const instants = [job.createdAt, job.completedAt, job.expiresAt].filter((at) => at !== undefined)
      check(
        instants.every((at) => at instanceof Date && at.getTime() > 1.7e12),
        `odd instants: ${instants}`,
      )
      check(job.totalRecords === undefined || job.totalRecords === 12, `${job.totalRecords} records`)
    },
  },
  {
    name: `${vendor}: waitForCompletion`,
    async run() {
      const ref = await world.add(vendor)
      expect(await waitForCompletion(world.client(vendor), ref, quickly), { status: 'completed', ref })
    },
  },
  {
    name: `${vendor}: watch`,
    async run() {
      const seen: string[] = []
      for await (const update of watch(world.client(vendor), await world.add(vendor), quickly))
        seen.push(update.type === 'job' ? update.job.status : update.error.code)
      expect(seen, [vendor === 'didomi' ? 'running' : 'pending', 'running', 'completed'])
    },
  },
  {
    name: `${vendor}: pollOnce, its state kept as JSON`,
    async run() {
      const client = world.client(vendor)
      let state = startWait(await world.add(vendor))
      let last: Update | undefined
      for (let wakeAt: Date | undefined = new Date(); wakeAt; ) {
        const result: Awaited<ReturnType<typeof pollOnce<unknown, ExportJob>>> = await pollOnce(
          client,
          passOn(state),
          quickly,
        )
        state = result.state
        last = result.update
        wakeAt = result.wakeAt
        if (wakeAt) await new Promise((resolve) => setTimeout(resolve, Number(wakeAt) - Date.now()))
      }
      expect(last?.type === 'job' && last.job.status, 'completed')
    },
  },
  {
    name: `${vendor}: a failed export is a JobFailedError`,
    async run() {
      const ref = await world.add(vendor, { outcome: 'failed', error: 'disk full' })
      const error = await caught(waitForCompletion(world.client(vendor), ref, quickly))
      expect(error, { name: 'JobFailedError', code: 'job-failed', vendor })
      expect(error.job, { reason: 'disk full' })
    },
  },
  {
    name: `${vendor}: a refused token is unauthorized`,
    async run() {
      const client = world.client(vendor, { token: 'some-other-token' })
      const error = await caught(client.get(await world.add(vendor)))
      expect(error, { name: 'ApiError', code: 'unauthorized', httpStatus: 401, vendor })
    },
  },
  {
    name: `${vendor}: a wait that was given up goes on from its state`,
    async run() {
      const ref = await world.add(vendor, { running: '1m' })
      const error = await caught(waitForCompletion(world.client(vendor), ref, { timeout: 0 }))
      expect(error, { name: 'WaitError', reason: 'timeout' })
      const state: WaitState<unknown> = passOn(error.state)
      expect(await waitForCompletion(world.client(vendor), state, quickly), { status: 'completed', ref })
    },
  },
]

const ofSome = (world: World): Case[] => [
  {
    name: 'tyk: start',
    run: async () =>
      expect(await waitForCompletion(world.tyk(), await world.tyk().start(day), quickly), {
        status: 'completed',
      }),
  },
  {
    name: 'anaconda: start',
    async run() {
      const id = await world.anaconda().start({ q: ['action:created'] })
      expect(await waitForCompletion(world.anaconda(), id, quickly), { status: 'completed' })
    },
  },
  {
    name: 'loyaltydog: start',
    async run() {
      const id = await world.loyaltydog().start({ format: 'json' })
      expect(await waitForCompletion(world.loyaltydog(), id, quickly), { status: 'completed' })
    },
  },
  ...(['tyk', 'anaconda', 'loyaltydog'] as const).map((vendor) => ({
    name: `${vendor}: openDownload`,
    async run() {
      const id = (await world.add(vendor, { pending: 0, running: 0, records: 5_000 })) as string
      const { body, format, start } = await world[vendor]().openDownload(id)
      const text = await readText(body)
      expect([text.match(/user-/g)?.length, start], [5_000, 0])
      check(['json', 'jsonl', 'csv'].includes(format ?? ''), `format ${format}`)
    },
  })),
  ...(['tyk', 'anaconda'] as const).map((vendor) => ({
    name: `${vendor}: records`,
    async run() {
      const id = (await world.add(vendor, { pending: 0, running: 0, records: 5_000 })) as string
      let last: unknown
      let count = 0
      for await (const record of records(
        world.client(vendor) as DownloadableClient<unknown, ExportJob>,
        id,
      )) {
        count++
        last = record.id
      }
      expect([count, last], [5_000, 5_000])
    },
  })),
  {
    name: 'tyk: openDownload of a range',
    async run() {
      const id = (await world.add('tyk', { pending: 0, running: 0 })) as string
      const { body, start, size } = await world.tyk().openDownload(id, { range: { start: 2, end: 5 } })
      const whole = await readText((await world.tyk().openDownload(id)).body)
      expect([await readText(body), start, size], [whole.slice(2, 6), 2, whole.length])
    },
  },
  {
    name: 'tyk: the raw client',
    async run() {
      const { data, error, response } = await world.tyk().api.POST('/exports', { body: day })
      expect([response.status, error, data?.type], [202, undefined, 'proxy_log_export'])
      const refused = await world.tyk().api.GET('/exports/{id}', { params: { path: { id: 'none' } } })
      expect([refused.response.status, refused.data], [404, undefined])
    },
  },
  {
    name: 'didomi: runs',
    async run() {
      const { exportId, runId } = (await world.add('didomi')) as { exportId: string; runId: string }
      const client = createDidomiClient({ ...world.settings.vendors.didomi, organizationId: 'org-1' })
      const found: string[] = []
      for await (const job of client.runs(exportId)) found.push(job.id)
      check(found.includes(runId), `${runId} is not among ${found}`)
    },
  },
  {
    name: 'anaconda: a service account fetches its token',
    async run() {
      const { baseUrl } = world.settings.vendors.anaconda
      const token = anacondaServiceAccount({ ...world.settings.anacondaAccount, baseUrl })
      expect(await world.client('anaconda', { token }).get(await world.add('anaconda')), {
        vendor: 'anaconda',
      })
    },
  },
  {
    name: 'didomi: an API key fetches its token',
    async run() {
      const { baseUrl } = world.settings.vendors.didomi
      const token = didomiApiKey({ ...world.settings.didomiKey, baseUrl })
      expect(await world.client('didomi', { token }).get(await world.add('didomi')), { vendor: 'didomi' })
    },
  },
  {
    name: 'a hundred waits on one client',
    async run() {
      const waits = 100
      const refs = await Promise.all(Array.from({ length: waits }, () => world.add('tyk')))
      const client = world.client('tyk', { concurrency: 8 })
      const jobs = await Promise.all(refs.map((ref) => waitForCompletion(client, ref, quickly)))
      expect(jobs.filter(({ status }) => status === 'completed').length, waits)
    },
  },
  ...['', '.', '..', 'a/b', 'a\\b', '%2e%2e', 'a\nb', '\ud800', 'x'.repeat(513)].map((id) => ({
    name: `the id ${JSON.stringify(id.slice(0, 9))} is refused before any request`,
    async run() {
      const { baseUrl, seen } = world.fault('running')
      const error = await caught(world.tyk({ baseUrl }).get(id))
      expect(error, { name: 'ConfigurationError', code: 'invalid-ref' })
      expect((await seen()).requests, [])
    },
  })),
  {
    name: 'any text is an id, percent-encoded once',
    async run() {
      const { baseUrl, seen } = world.fault('running')
      expect(await caught(world.tyk({ baseUrl }).get('é 100%?#😀')), { code: 'wrong-job' })
      const [request] = (await seen()).requests
      check(request?.path.endsWith('/exports/%C3%A9%20100%25%3F%23%F0%9F%98%80') ?? false, `${request?.path}`)
    },
  },
  {
    name: 'an error is known, and is no other error',
    async run() {
      const error = await caught(world.tyk().get('none'))
      expect(
        [isExportJobsError(error), isExportJobsError(new Error('x')), error.code],
        [true, false, 'not-found'],
      )
    },
  },
  {
    name: 'export-jobs/node: a download to a file',
    async run() {
      const { download } = await import('export-jobs/node')
      const { mkdtemp, readFile, rm } = await import('node:fs/promises')
      const { tmpdir } = await import('node:os')
      const folder = await mkdtemp(`${tmpdir()}/export-jobs-`)
      const id = (await world.add('tyk', { records: 5_000 })) as string
      const { path, bytes } = await download(world.tyk(), id, { to: `${folder}/`, wait: quickly })
      const text = await readFile(path, 'utf8')
      await rm(folder, { recursive: true })
      expect([text.length, JSON.parse(text).length], [bytes, 5_000])
    },
  },
]

export const contract = (world: World): Case[] => [
  ...vendorNames.flatMap((vendor) => ofEach(world, vendor)),
  ...ofSome(world),
]

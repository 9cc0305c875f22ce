import { getResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { startWait } from '../../src/index.ts'
import { conformance, createVendorSimulator, createVirtualClock } from '../../src/testing/index.ts'
import { defineVendor } from '../../src/vendor/index.ts'
import { pollOnce } from '../../src/wait/poll-once.ts'
import { waitForCompletion } from '../../src/wait/wait-for-completion.ts'
import { caughtError } from '../support/caught.ts'

const acmeExport = z.looseObject({ id: z.string(), state: z.string() })

/** One vendor with a store for its files, and one that serves them itself, has a list and takes a basic credential. */
const createAcmeClient = defineVendor({
  vendor: 'acme',
  baseUrl: 'https://api.acme.example/v1',
  auth: (token) => ({ 'x-api-key': token }),
  statuses: { queued: 'pending', busy: 'running', done: 'completed', broken: 'failed', stopped: 'canceled' },
  async get(id: string, { request }) {
    const raw = await request({ path: '/exports/{id}', params: { id }, schema: acmeExport })
    const { percent, rows, made, over, note, file, until } = raw as object as Record<string, never>
    return {
      ...{ id: raw.id, status: raw.state, progress: percent, totalRecords: rows, createdAt: made },
      ...{ completedAt: over, reason: note, download: { url: file, expiresAt: until, format: 'csv' }, raw },
    }
  },
  async start(params: { kind: string }, { request }) {
    return (await request({ path: '/exports', json: params, schema: acmeExport })).id
  },
  async cancel(id, { request }) {
    await request({ method: 'DELETE', path: '/exports/{id}', params: { id } })
  },
  download: (job) => ({ url: job.status === 'completed' ? job.download?.url : undefined }),
  extend: ({ begin }) => ({
    list: () => begin('the list').request<{ ids: string[] }>({ path: '/exports' }),
  }),
})

const createSimulator = (rateLimit?: { requests: number; per: '1m' }) => {
  const clock = createVirtualClock({ auto: true })
  const simulator = createVendorSimulator({
    clock,
    vendors: [
      {
        vendor: 'acme',
        baseUrl: 'https://api.acme.example/v1',
        status: '/exports/{id}',
        start: '/exports',
        cancel: '/exports/{id}',
        format: 'csv',
        ...(rateLimit && { rateLimit }),
        statuses: {
          pending: 'queued',
          running: 'busy',
          completed: 'done',
          failed: 'broken',
          canceled: 'stopped',
        },
        respond: (job) => ({
          ...{ id: job.id, state: job.status, percent: job.progress, rows: job.records, made: job.createdAt },
          ...{
            over: job.completedAt,
            note: job.reason,
            file: job.fileUrl,
            until: job.expiresAt,
            of: job.params,
          },
        }),
        respondElse: (jobs, request) =>
          new URL(request.url).pathname.endsWith('/exports') ? { ids: jobs.map(({ id }) => id) } : undefined,
      },
      {
        vendor: 'plain',
        status: 'POST /state/{id}',
        download: '/files/{id}',
        respond: ({ id, phase }) => Response.json({ id, phase }, { status: 203 }),
      },
    ],
  })
  const { acme, fetch } = simulator
  const client = createAcmeClient({ token: () => acme.token, fetch, clock, rateLimit: false })
  return { ...{ simulator, clock, client }, acme, plain: simulator.plain }
}

describe('a vendor of the user`s own', () => {
  test('goes its way from start to file, on its clock', async () => {
    const { client, acme, clock } = createSimulator()
    acme.next({ running: '2h', records: 2 })
    const id = await client.start({ kind: 'users' })
    const job = await waitForCompletion(client, id, { clock, timeout: '1d' })
    expect(job).toMatchObject({ totalRecords: 2, raw: { of: { kind: 'users' } } })
    expect((job.completedAt?.getTime() ?? 0) - (job.createdAt?.getTime() ?? 0)).toBe(7_200_300)
    const download = await client.openDownload(job)
    expect(await new Response(download.body).text()).toMatch(/^id,action,actor\n1,.*\n2,.*\n$/)
  })

  test('does what a script and its faults say', async () => {
    const { client, acme, clock, simulator } = createSimulator()
    const failed = acme.add({ outcome: 'failed', error: 'disk full', running: '20m', unauthorizedAfter: 1 })
    acme.fail({ status: 503 }, 'html')
    const error = await caughtError(waitForCompletion(client, failed, { clock }))
    expect(error.job).toMatchObject({ status: 'failed', reason: 'disk full' })
    const statuses = simulator.requests.map(({ status }) => status)
    expect(statuses.slice(0, 2)).toEqual([503, 200])
    expect(statuses).toContain(401)
    const odd = acme.add({ pending: 0, running: '1h', status: 'dozing', notFoundFor: '5s' })
    expect(await caughtError(client.get(odd))).toMatchObject({ httpStatus: 404 })
    await clock.advance(5_000)
    expect(await client.get(odd)).toMatchObject({ status: 'unknown', rawStatus: 'dozing' })
  })

  test('can be canceled while it runs, and not after', async () => {
    const { client, acme, clock } = createSimulator()
    const [running, done] = [acme.add({ running: '1h' }), acme.add({ pending: 0, running: 0 })]
    await clock.advance(60_000)
    for (const id of [running, done]) await client.cancel(id)
    expect((await client.get(running)).status).toBe('canceled')
    expect((await client.get(done)).status).toBe('completed')
  })

  test('keeps its limit, lists, and answers 404 to all else', async () => {
    const { client, acme, clock } = createSimulator({ requests: 60, per: '1m' })
    const id = acme.add()
    expect(await client.list()).toEqual({ ids: [id] })
    for (let count = 1; count < 60; count++) await client.get(id)
    expect(await caughtError(client.get(id, { retries: 0 }))).toMatchObject({
      code: 'rate-limited',
      retryAfter: 60_000,
    })
    await clock.advance(60_000)
    const { state } = await pollOnce(client, startWait(id), { clock })
    expect(state.finished).toBe(true)
    expect((await client.fetch('https://api.acme.example/v1/nothing')).status).toBe(404)
    expect(await caughtError(client.get('nobody'))).toMatchObject({ code: 'not-found' })
  })

  test('a signed URL expires, and a fresh one follows', async () => {
    const { client, acme, clock } = createSimulator()
    const job = await client.get(acme.add({ pending: 0, running: 0, expiresAfter: '1m' }))
    await clock.advance(61_000)
    const { body } = await client.openDownload(job)
    expect(await new Response(body).text()).toMatch(/^id,action/)
  })

  test('a mistake in `respond` is told', async () => {
    const { fetch, own } = createVendorSimulator({
      vendors: [
        {
          vendor: 'own',
          status: '/{id}',
          respond: () => {
            throw new TypeError('nothing there')
          },
        },
      ],
    })
    const headers = { authorization: `Basic ${btoa(`user:${own.token}`)}` }
    const answer = await fetch(`${own.baseUrl()}/${own.add()}`, { headers })
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('nothing there')])
  })

  test('is behind a real port and under msw, beside the four', async () => {
    const { simulator, plain } = createSimulator()
    await using server = await simulator.listen()
    const id = plain.add({ pending: 0, running: 0 })
    const init = { method: 'POST', headers: { authorization: plain.token } }
    const path = `/state/${id}`
    for (const answer of [
      await fetch(plain.baseUrl(server.origin) + path, init),
      await getResponse(plain.handlers, new Request(plain.baseUrl() + path, init)),
      await getResponse(simulator.handlers, new Request(plain.baseUrl() + path, init)),
    ])
      expect([answer?.status, await answer?.json()]).toEqual([203, { id, phase: 'completed' }])
    const file = await fetch(`${plain.baseUrl(server.origin)}/files/${id}`, {
      headers: { ...init.headers, range: 'bytes=1-' },
    })
    expect([file.status, (await file.text()).startsWith('{"id":1')]).toEqual([206, true])
    expect((await fetch(`${plain.baseUrl(server.origin)}/files/${id}`)).status).toBe(401)
  })

  test.each(['Acme', 'tyk', 'fetch', ''])('is not called %j', (vendor) => {
    const simulation = { vendor, status: '/{id}', respond: () => ({}) }
    expect(() => createVendorSimulator({ vendors: [simulation] })).toThrow(/name/)
  })

  test('has paths', () => {
    const simulation = { vendor: 'acme', status: 'exports', respond: () => ({}) }
    expect(() => createVendorSimulator({ vendors: [simulation] })).toThrow(/Write it as/)
  })
})

describe('conformance of its client, over the simulator', () => {
  const { simulator, acme, clock } = createSimulator()
  const checks = conformance({
    createClient: (fetch, { token }) => createAcmeClient({ token, fetch, clock }),
    respond: simulator.fetch,
    token: () => acme.token,
    refs: {
      completed: acme.add({ pending: 0, running: 0 }),
      running: acme.add({ pending: 0, running: '90d' }),
    },
    params: { kind: 'users' },
  })
  for (const { name, run } of checks) test(name, run)
})

import { describe, expect, test, vi } from 'vitest'
import { createDownloadSource, resolveJob } from '../../src/records/download-source.ts'
import { caught, caughtError } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'
import { createPlainClient, vendors } from '../support/vendors.ts'

function createWorld(answer: FakeAnswer) {
  const { fetch, requests } = createFakeFetch(answer)
  return { client: createPlainClient({ fetch, retries: 0 }), requests }
}

const completed = { body: vendors.tyk.completed }

test('a ref is polled', async () => {
  const { client } = createWorld(completed)
  expect(await resolveJob(client, 'exp-1', undefined)).toMatchObject({ id: 'exp-1', status: 'completed' })
})

test('a completed job is taken as it is', async () => {
  const { client, requests } = createWorld(completed)
  const job = await client.get('exp-1')
  expect(await resolveJob(client, job, undefined)).toBe(job)
  expect(requests).toHaveLength(1)
})

test('a job that was not completed is polled', async () => {
  const running = createWorld({ body: { id: 'exp-1', attributes: { status: 'processing' } } })
  const job = await running.client.get('exp-1')
  const { client } = createWorld(completed)
  expect(await resolveJob(client, job, undefined)).toMatchObject({ status: 'completed' })
})

describe('a poll that fails', () => {
  test.each([[404], [403], [400]])('with %i tells nothing', async (status) => {
    expect(await resolveJob(createWorld({ status }).client, 'exp-1', undefined)).toBeUndefined()
  })

  test('with a page tells nothing', async () => {
    expect(await resolveJob(createWorld({ text: '<html>' }).client, 'exp-1', undefined)).toBeUndefined()
  })

  test('for the moment is an error', async () => {
    const error = await caughtError(resolveJob(createWorld({ status: 503 }).client, 'exp-1', undefined))
    expect(error).toMatchObject({ code: 'server-error' })
  })

  test('by a bug of a client is an error', async () => {
    const bug = new TypeError('mine')
    const client = { ...createWorld({}).client, get: () => Promise.reject(bug) }
    expect(await caught(resolveJob(client, 'exp-1', undefined))).toBe(bug)
  })

  test('by an abort rejects with its reason', async () => {
    const controller = new AbortController()
    controller.abort(0)
    expect(await caught(resolveJob(createWorld(completed).client, 'exp-1', controller.signal))).toBe(0)
  })
})

test('a source polls nothing: it opens the job, and the ref only where there is none', async () => {
  const openDownload = vi.fn(async () => ({ body: new ReadableStream<Uint8Array>(), start: 0 }))
  const client = { ...createPlainClient(), openDownload }
  const job = await createWorld(completed).client.get('exp-1')
  await createDownloadSource(client, 'exp-1', job, undefined).open()
  await createDownloadSource(client, 'exp-1', undefined, undefined).open({ range: { start: 4 } })
  expect(openDownload.mock.calls).toEqual([
    [job, { signal: undefined }],
    ['exp-1', { range: { start: 4 }, signal: undefined }],
  ])
})

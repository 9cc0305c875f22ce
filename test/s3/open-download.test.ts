import { expect, test } from 'vitest'
import { readText } from '../support/read-text.ts'
import { caughtError } from '../support/caught.ts'
import { content } from './support/content.ts'
import { openWorld } from './support/world.ts'

const file = content(300_000)
const bytesOf = async (body: ReadableStream<Uint8Array>) => Buffer.from(await new Response(body).arrayBuffer())

test('opens the whole file, with its size, format and ETag', async () => {
  const { client, put } = await openWorld()
  await put(file)
  const { body, ...rest } = await client.openDownload('export')
  expect(rest).toMatchObject({ start: 0, size: file.length, format: 'csv' })
  expect(rest.etag).toMatch(/^"[0-9a-f]{32}"$/)
  expect((await bytesOf(body)).equals(file)).toBe(true)
})

test.each([
  { range: { start: 100_000 }, from: 100_000, to: file.length },
  { range: { start: 0, end: 0 }, from: 0, to: 1 },
  { range: { start: 299_999 }, from: 299_999, to: file.length },
])('opens $range of it', async ({ range, from, to }) => {
  const { client, put } = await openWorld()
  await put(file)
  const { body, start, size } = await client.openDownload('export', { range })
  expect({ start, size }).toEqual({ start: from, size: file.length })
  expect((await bytesOf(body)).equals(file.subarray(from, to))).toBe(true)
})

test('S3 checks the signature', async () => {
  const { client, put, s3 } = await openWorld()
  await put(file)
  const job = await client.get('export')
  const url = job.download?.url?.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
  expect(await caughtError(client.openDownload({ ...job, download: { url } } as typeof job))).toMatchObject({ httpStatus: 403 })
})

test('ifMatch', async () => {
  const { client, put, s3 } = await openWorld()
  await put(file)
  const { body, etag } = await client.openDownload('export')
  await body.cancel()
  const again = await client.openDownload('export', { range: { start: 10 }, ifMatch: etag })
  await again.body.cancel()
  await put(content(10, 'other'))
  for (const range of [undefined, { start: 5 }, { start: 100_000 }])
    expect(await caughtError(client.openDownload('export', { range, ifMatch: etag }))).toMatchObject({ httpStatus: 412 })
  console.log(s3.requests)
})

test('expired', async () => {
  const { client, put, s3 } = await openWorld()
  await put(file)
  const job = await client.get('export')
  s3.clock.advance(3_599_000)
  await (await client.openDownload(job)).body.cancel()
  s3.clock.advance(2_000)
  const e = await caughtError(client.openDownload(job))
  console.log(e)
  expect(e).toMatchObject({ httpStatus: 403 })
})

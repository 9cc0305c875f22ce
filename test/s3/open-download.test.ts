import { describe, expect, test } from 'vitest'
import { caughtError, everythingOf } from '../support/caught.ts'
import { content } from './support/content.ts'
import { openWorld } from './support/world.ts'

const file = content(300_000)
const read = async (body: ReadableStream<Uint8Array>) => Buffer.from(await new Response(body).arrayBuffer())

describe('openDownload of a file in S3', () => {
  test.each([
    { range: undefined, from: 0, to: file.length },
    { range: { start: 100_000 }, from: 100_000, to: file.length },
    { range: { start: 100_000, end: 100_009 }, from: 100_000, to: 100_010 },
    { range: { start: 299_999 }, from: 299_999, to: file.length },
  ])('range $range: its bytes, and what the file is', async ({ range, from, to }) => {
    const { client, put } = await openWorld()
    await put(file)
    const { body, ...rest } = await client.openDownload('export', { range })
    expect(rest).toMatchObject({ start: from, size: file.length, format: 'csv' })
    expect(rest.etag).toMatch(/^"[0-9a-f]{32}"$/)
    expect((await read(body)).equals(file.subarray(from, to))).toBe(true)
  })

  test('gives the name that S3 was told to propose', async () => {
    const { client, put, vendorSigns } = await openWorld()
    await put(file)
    vendorSigns.with = () => ({ fileName: 'cards of March.csv' })
    const { body, fileName } = await client.openDownload('export')
    await body.cancel()
    expect(fileName).toBe('cards of March.csv')
  })

  test('a range behind the end of the file is refused with 416', async () => {
    const { client, put } = await openWorld()
    await put(file)
    const error = await caughtError(client.openDownload('export', { range: { start: file.length } }))
    expect(error).toMatchObject({ httpStatus: 416 })
  })

  test('where ranges are ignored, the file starts at 0', async () => {
    const { client, put, s3 } = await openWorld()
    await put(file)
    s3.manners.ignoresRanges = true
    const { body, start, size } = await client.openDownload('export', { range: { start: 7 } })
    expect({ start, size }).toEqual({ start: 0, size: file.length })
    expect((await read(body)).equals(file)).toBe(true)
  })

  test.each([
    { range: undefined },
    { range: { start: 5 } },
    // Behind the end of the new version: that it is another is told first.
    { range: { start: 100_000 } },
  ])('ifMatch, range $range: the same version only', async ({ range }) => {
    const { client, put } = await openWorld()
    await put(file)
    const { body, etag } = await client.openDownload('export')
    await body.cancel()
    const same = await client.openDownload('export', { range, ifMatch: etag })
    expect((await read(same.body)).equals(file.subarray(range?.start))).toBe(true)
    await put(content(10, 'another'))
    const error = await caughtError(client.openDownload('export', { range, ifMatch: etag }))
    expect(error).toMatchObject({ httpStatus: 412, retryable: false })
  })

  test('a URL that somebody has altered is refused, and stands in no error', async () => {
    const { client, put, sign, proxy } = await openWorld()
    await put(file)
    const job = await client.get('export')
    const url = (await sign('export.csv')).replace('export.csv', 'other.csv')
    // Each look at the export gives this one again.
    const altered = { ...client, openDownload: client.openDownload }
    const error = await caughtError(
      altered.openDownload({ ...job, ref: 'none', download: { url } } as typeof job),
    )
    expect(error).toMatchObject({ httpStatus: 404 })
    expect(proxy.passed.map(({ status }) => status)).toContain(403)
    expect(everythingOf(error)).not.toMatch(/X-Amz|Signature/)
  })
})

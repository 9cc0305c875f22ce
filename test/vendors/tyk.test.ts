import { describe, expect, test, vi } from 'vitest'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { testFixtures } from '../support/fixtures.ts'
import { readText } from '../support/read-text.ts'
import { createPlainClient, runningExport, secretToken } from '../support/vendors.ts'

testFixtures('tyk')

const params = { source_type: 'llm', source_id: 7, start_date: '2025-01-01', end_date: '2025-01-31' } as const

test('get asks under the base URL, path prefix and all, with one space after Bearer', async () => {
  const { fetch, requests } = createFakeFetch({ body: runningExport('a b+c~é%') })
  await createPlainClient({ fetch }).get('a b+c~é%')
  expect(requests).toMatchObject([
    { method: 'GET', url: 'https://tyk.example/api/v1/exports/a%20b%2Bc~%C3%A9%25', redirect: 'manual' },
  ])
  expect(requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${secretToken}`,
    accept: 'application/json',
  })
})

describe('start', () => {
  test('posts what it was given and returns the id', async () => {
    const { fetch, requests } = createFakeFetch({ status: 202, body: runningExport('exp-9') })
    const id = await createPlainClient({ fetch }).start({ ...params, search: 'gpt' })
    expect(id).toBe('exp-9')
    expect(requests).toMatchObject([{ method: 'POST', url: 'https://tyk.example/api/v1/exports' }])
    expect(JSON.parse(String(requests[0]?.body))).toEqual({ ...params, search: 'gpt' })
    expect(requests[0]?.headers['content-type']).toMatch(/^application\/json/)
  })

  test('takes a single day', async () => {
    const { fetch } = createFakeFetch({ status: 202, body: runningExport('exp-9') })
    expect(await createPlainClient({ fetch }).start({ ...params, end_date: params.start_date })).toBe('exp-9')
  })

  test.each([
    ['undefined', undefined],
    ['nothing', {}],
    ['an unknown source', { ...params, source_type: 'team' }],
    ['a source id of 0', { ...params, source_id: 0 }],
    ['half a source id', { ...params, source_id: 1.5 }],
    ['a source id as text', { ...params, source_id: '7' }],
    ['more than a day', { ...params, start_date: 'x2025-01-01' }],
    ['a short day', { ...params, start_date: '2025-1-1' }],
    ['a day that does not exist', { ...params, end_date: '2025-02-30' }],
    ['a time', { ...params, start_date: '2025-01-01T00:00:00Z' }],
    ['a Date', { ...params, start_date: new Date() }],
    ['an end before the start', { ...params, end_date: '2024-12-31' }],
    ['a search that is no text', { ...params, search: 5 }],
  ])('refuses %s before any request', async (_, bad) => {
    const { fetch, requests } = createFakeFetch({ status: 202, body: runningExport() })
    const error = await caughtError(createPlainClient({ fetch }).start(bad as never))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option', vendor: 'tyk' })
    expect(requests).toHaveLength(0)
  })

  test.each([
    ['503', { status: 503 }, 'server-error'],
    ['429', { status: 429 }, 'rate-limited'],
    ['a reset', { error: new TypeError('fetch failed') }, 'network'],
  ])('is never repeated after %s', async (_, answer, code) => {
    const { fetch, requests } = createFakeFetch(answer)
    const client = createPlainClient({ fetch, retries: 5 })
    expect(await caughtError(client.start(params, { retries: 5 } as never))).toMatchObject({ code })
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['no id', { attributes: { status: 'pending' } }, 'unexpected-shape'],
    ['an id that climbs', runningExport('../x'), 'unexpected-shape'],
  ])('does not return %s', async (_, body, code) => {
    const { fetch } = createFakeFetch({ status: 202, body })
    expect(await caughtError(createPlainClient({ fetch }).start(params))).toMatchObject({ code })
  })
})

describe('openDownload', () => {
  const file = {
    headers: {
      'content-type': 'application/json',
      'content-disposition': 'attachment; filename=proxy-logs-exp-1.json',
      'content-length': '4',
      etag: '"v1"',
    },
    text: '[{}]',
  }

  test.each([
    ['an id', 'exp-1'],
    ['a job', { ref: 'exp-1', id: 'exp-1', status: 'completed' }],
  ])('of %s asks once, with the token', async (_, idOrJob) => {
    const { fetch, requests } = createFakeFetch(file)
    const download = await createPlainClient({ fetch }).openDownload(idOrJob as string)
    expect(download).toMatchObject({ start: 0, size: 4, format: 'json', etag: '"v1"' })
    expect(download.fileName).toBe('proxy-logs-exp-1.json')
    expect(await readText(download.body)).toBe('[{}]')
    expect(requests).toMatchObject([{ url: 'https://tyk.example/api/v1/exports/exp-1/download' }])
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${secretToken}`)
    expect(requests[0]?.headers).not.toHaveProperty('range')
  })

  test.each([
    [{ range: { start: 5 } }, { range: 'bytes=5-' }],
    [{ range: { start: 0, end: 0 } }, { range: 'bytes=0-0' }],
    [
      { range: { start: 2, end: 3 }, ifMatch: '"v1"' },
      { range: 'bytes=2-3', 'if-match': '"v1"' },
    ],
  ])('%j becomes %j', async (options, headers) => {
    const part = { status: 206, headers: { 'content-range': 'bytes 2-3/9' }, text: 'ab' }
    const { fetch, requests } = createFakeFetch(part)
    const download = await createPlainClient({ fetch }).openDownload('exp-1', options)
    expect(requests[0]?.headers).toMatchObject(headers)
    expect(download).toMatchObject({ start: 2, size: 9 })
  })

  test('a part of a file of unknown size has none', async () => {
    const headers = { 'content-range': 'bytes 2-3/*', 'content-length': '2' }
    const { fetch } = createFakeFetch({ status: 206, headers, text: 'ab' })
    const download = await createPlainClient({ fetch }).openDownload('exp-1', { range: { start: 2 } })
    expect(download.start).toBe(2)
    expect(download).not.toHaveProperty('size')
  })

  test.each([
    ['of a compressed file', { 'content-encoding': 'gzip', 'content-length': '2' }],
    ['in words', { 'content-length': 'two' }],
    ['in hexadecimal', { 'content-length': '0x2' }],
    ['too large to count', { 'content-length': '1234567890123456' }],
    ['that is not told', {}],
  ])('a length %s is no size', async (_, headers) => {
    const { fetch, requests } = createFakeFetch({ headers: headers as Record<string, string>, text: 'ab' })
    const download = await createPlainClient({ fetch }).openDownload('exp-1')
    expect(download).toMatchObject({ start: 0 })
    expect(download).not.toHaveProperty('size')
    expect(requests[0]?.headers['accept-encoding']).toBe('identity')
  })

  test('nothing is read before it is asked for', async () => {
    const pull = vi.fn((controller: ReadableStreamDefaultController) => controller.close())
    const fetch = async () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 }))
    const { body } = await createPlainClient({ fetch }).openDownload('exp-1')
    await new Promise((resolve) => setImmediate(resolve))
    expect(pull).not.toHaveBeenCalled()
    expect(await readText(body)).toBe('')
  })

  test('an answer without a body is an empty file', async () => {
    const { body } = await createPlainClient(createFakeFetch({ status: 204 })).openDownload('exp-1')
    expect(await readText(body)).toBe('')
  })

  test('a server that ignores the range gives the whole file', async () => {
    const { fetch } = createFakeFetch(file)
    const download = await createPlainClient({ fetch }).openDownload('exp-1', { range: { start: 2 } })
    expect(download).toMatchObject({ start: 0, size: 4 })
  })

  test.each([
    ['none', {}],
    ['one that cannot be read', { 'content-range': 'bytes' }],
    ['an unsatisfied one', { 'content-range': 'bytes */9' }],
    ['one in another unit', { 'content-range': 'kilobytes 2-3/9' }],
    ['two', { 'content-range': 'bytes 2-3/9, bytes 5-6/9' }],
    ['one too large to count', { 'content-range': 'bytes 1234567890123456-1234567890123457/*' }],
  ])('a part with %s for Content-Range is not taken for the beginning', async (_, headers) => {
    const { fetch } = createFakeFetch({ status: 206, headers, text: 'ab' } as never)
    const error = await caughtError(
      createPlainClient({ fetch }).openDownload('exp-1', { range: { start: 5 } }),
    )
    expect(error).toMatchObject({ code: 'unexpected-shape' })
  })

  test.each([
    ['a negative start', { start: -1 }],
    ['half a byte', { start: 0.5 }],
    ['an endless start', { start: Number.POSITIVE_INFINITY }],
    ['an end before the start', { start: 5, end: 4 }],
    ['half an end', { start: 5, end: 6.5 }],
    ['a negative end', { start: 0, end: -1 }],
    ['text', { start: '0' as never }],
  ])('refuses %s before any request', async (_, range) => {
    const { fetch, requests } = createFakeFetch(file)
    const error = await caughtError(createPlainClient({ fetch }).openDownload('exp-1', { range }))
    expect(error).toMatchObject({ code: 'invalid-option' })
    expect(requests).toHaveLength(0)
  })

  test.each([['a\r\nx-evil: 1'], ['"v\u0000"'], ['"é€"']])(
    'refuses an ETag of %j before any request',
    async (ifMatch) => {
      const { fetch, requests } = createFakeFetch(file)
      const error = await caughtError(
        createPlainClient({ fetch, retries: 0 }).openDownload('exp-1', { ifMatch }),
      )
      expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
      expect(requests).toHaveLength(0)
    },
  )

  test.each([
    [404, 'Not Ready', 'not-found'],
    [410, 'Expired', 'gone'],
    [412, 'Changed', 'http-error'],
  ])('%i is %s', async (status, title, code) => {
    const { fetch } = createFakeFetch({ status, body: { errors: [{ title, detail: 'x' }] } })
    const error = await caughtError(createPlainClient({ fetch }).openDownload('exp-1'))
    expect(error).toMatchObject({ code, httpStatus: status, problem: { title } })
  })

  test.each([['text/html; charset=utf-8'], ['TEXT/HTML'], ['text/xml'], ['application/xml']])(
    '%s is no file',
    async (type) => {
      const { fetch } = createFakeFetch({ headers: { 'content-type': type }, text: '<p>' })
      const error = await caughtError(createPlainClient({ fetch }).openDownload('exp-1'))
      expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape' })
    },
  )

  test.each<[disposition: string, name: string | undefined]>([
    ['attachment; filename="a b.json"', 'a b.json'],
    ["attachment; filename=x.json; filename*=UTF-8''%C3%A9.json", 'é.json'],
    ['attachment; FileName = x.json ; size=4', 'x.json'],
    ["attachment; filename=x.json; filename*=UTF-8''%zz", 'x.json'],
    ['attachment; filename="a;b.json"; size=4', 'a;b.json'],
    [`attachment; filename="${'x'.repeat(256)}"`, 'x'.repeat(223)],
    ...[...'*?<>|:/'].map((bad) => [`attachment; filename="a${bad}b"`, undefined] as [string, undefined]),
    ["attachment; filename*=utf-8''a%22b", undefined],
    ['attachment; filename="../../etc/passwd"', undefined],
    ["attachment; filename*=utf-8''..%2F..%2Fx", undefined],
    ['attachment; filename=".bashrc"', undefined],
    ['attachment; filename=".."', undefined],
    ['attachment; filename="a\\b"', undefined],
    ['attachment; filename="C:x"', undefined],
    ["attachment; filename=x.json; filename*=UTF-8''%C3.json", 'x.json'],
    ["attachment; filename*=utf-8''a%00b", undefined],
    ["attachment; filename*=utf-8''a%0Ab", undefined],
    ['attachment; filename=""', undefined],
    ['attachment', undefined],
    ['inline', undefined],
  ])('the file name of %j is %j', async (disposition, name) => {
    const { fetch } = createFakeFetch({ headers: { 'content-disposition': disposition }, text: '[]' })
    const download = await createPlainClient({ fetch }).openDownload('exp-1')
    expect(download.fileName).toBe(name)
    expect('fileName' in download).toBe(name !== undefined)
  })
})

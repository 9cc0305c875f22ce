import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '../../src/testing/index.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { testFixtures } from '../support/fixtures.ts'
import { readText } from '../support/read-text.ts'
import { secretToken } from '../support/vendors.ts'

testFixtures('loyaltydog')

const create = (fetch: typeof globalThis.fetch, options: object = {}) =>
  createLoyaltyDogClient({ token: secretToken, fetch, ...options })

const success = (downloadUrl?: string | null) => ({
  body: { taskId: 'task-1', status: 'success', downloadUrl },
})
const signedUrl = 'https://bucket.example/audit.csv?X-Amz-Signature=top-secret-signature'
const merchantToken = 'merchant-session-token'

test('get asks under /v2, with the merchant token if there is one', async () => {
  const { fetch, requests } = createFakeFetch(success())
  await create(fetch).get('task-1')
  await create(fetch, { merchantToken }).get('task-1')
  const url = 'https://api.loyalty.dog/v2/giftcards/audit-logs/export/task-1'
  expect(requests).toMatchObject([{ url }, { url, headers: { 'x-eposn-merchant-token': merchantToken } }])
  expect(requests[0]?.headers).not.toHaveProperty('x-eposn-merchant-token')
})

test.each([[''], ['a\nb'], [7], [null], [' x']])('refuses a merchant token of %j', (bad) => {
  expect(() => create(fetch, { merchantToken: bad })).toThrow(
    expect.objectContaining({ code: 'invalid-option' }),
  )
})

test('the merchant token is struck out of what the vendor says', async () => {
  const { fetch } = createFakeFetch({ status: 403, body: { detail: `bad ${merchantToken}, ${secretToken}` } })
  const client = create(fetch, { merchantToken })
  const error = await caughtError(client.get('task-1'))
  expect(error.problem).toEqual({ detail: 'bad [redacted], [redacted]' })
  expect(everythingOf([error, client])).not.toContain(merchantToken)
})

describe('limits', () => {
  const count = async (token: string, options: object = {}) => {
    const clock = createVirtualClock()
    const { fetch, requests } = createFakeFetch(success())
    const client = create(fetch, { token, clock, ...options })
    const all = Promise.all(Array.from({ length: 61 }, () => client.get('task-1')))
    await clock.advance(59_999)
    const before = requests.length
    await clock.advance(1)
    await all
    return before
  }

  test('60 a minute for an ld_ key', async () => expect(await count('ld_0123456789')).toBe(60))
  test('none for a JWT', async () => expect(await count(secretToken)).toBe(61))
  test('none where they are turned off', async () =>
    expect(await count('ld_0123456789', { rateLimit: false })).toBe(61))
})

describe('start', () => {
  const accepted = { status: 202, body: { taskId: 'task-9', status: 'PENDING' } }

  test.each([
    [undefined, {}],
    [{}, {}],
    [
      { format: 'json', merchantId: 'm', actions: ['a'], fromDate: '2025-01-01' },
      { format: 'json', merchantId: 'm', actions: ['a'], fromDate: '2025-01-01' },
    ],
    [
      { fromDate: '2025-01-01T08:00:00Z', toDate: '2025-01-01' },
      { fromDate: '2025-01-01T08:00:00Z', toDate: '2025-01-01' },
    ],
  ])('posts %j as the required object %j', async (params, body) => {
    const { fetch, requests } = createFakeFetch(accepted)
    expect(await create(fetch).start(params as never)).toBe('task-9')
    expect(requests).toMatchObject([
      { method: 'POST', url: 'https://api.loyalty.dog/v2/giftcards/audit-logs/export' },
    ])
    expect(JSON.parse(String(requests[0]?.body))).toEqual(body)
  })

  test.each([
    [{ format: 'xml' }],
    [{ merchantId: 5 }],
    [{ fromDate: new Date() }],
    [{ actions: 'a' }],
    [{ resourceTypes: [1] }],
    [{ fromDate: 'yesterday' }],
    [{ fromDate: '2026-02-01', toDate: '2026-01-31' }],
    [{ fromDate: '2026-01-31T12:00:00Z', toDate: '2026-01-31T11:59:59Z' }],
    [{ from_date: '2026-01-31' }],
  ])('refuses %j before any request', async (params) => {
    const { fetch, requests } = createFakeFetch(accepted)
    expect(await caughtError(create(fetch).start(params as never))).toMatchObject({ code: 'invalid-option' })
    expect(requests).toHaveLength(0)
  })

  test.each([[{ status: 503 }], [{ error: new TypeError('reset') }]])(
    'is never repeated after %j',
    async (answer) => {
      const { fetch, requests } = createFakeFetch(answer)
      await caughtError(create(fetch).start())
      expect(requests).toHaveLength(1)
    },
  )
})

describe('openDownload', () => {
  const file = { headers: { 'content-type': 'text/csv', 'content-length': '4' }, text: 'a,b\n' }

  test('no credential goes to the signed URL', async () => {
    const { fetch, requests } = createFakeFetch(success(signedUrl), file)
    const client = create(fetch, { merchantToken, headers: { 'x-mine': 'my-header-value' } })
    const download = await client.openDownload('task-1')
    expect(await readText(download.body)).toBe('a,b\n')
    expect(download).toMatchObject({ format: 'csv', size: 4 })
    expect(requests[1]).toMatchObject({ url: signedUrl, headers: {}, redirect: 'manual' })
    expect(Object.keys(requests[1]?.headers ?? {})).toEqual([])
  })

  test('a URL at the vendor itself gets none either', async () => {
    const { fetch, requests } = createFakeFetch(success('https://api.loyalty.dog/files/x.csv'), file)
    await create(fetch).openDownload('task-1')
    expect(requests[1]?.headers).not.toHaveProperty('authorization')
  })

  test.each([
    ['data:text/csv;base64,YSxiCjEsMgo=', 'a,b\n1,2\n', 'csv'],
    ['data:application/json,%5B%5D', '[]', 'json'],
    ['data:text/csv,', '', 'csv'],
  ])('%s is decoded', async (url, text, format) => {
    const { fetch } = createFakeFetch(success(url))
    let calls = 0
    const both: typeof globalThis.fetch = (input, init) =>
      ++calls === 1 ? fetch(input, init) : globalThis.fetch(input, init)
    const download = await create(both).openDownload('task-1')
    expect(await readText(download.body)).toBe(text)
    expect(download.format).toBe(format)
  })

  test.each([
    ['http://bucket.example/x.csv'],
    ['ftp://bucket.example/x.csv'],
    ['file:///etc/passwd'],
    ['javascript:alert(1)'],
    ['blob:https://bucket.example/x'],
    ['https://10.0.0.1/x'],
    ['https://172.16.0.1/x'],
    ['https://172.31.255.255/x'],
    ['https://192.168.1.1/x'],
    ['https://100.64.0.1/x'],
    ['https://100.127.255.255/x'],
    ['https://0.1.2.3/x'],
    ['https://169.254.169.254/latest/meta-data'],
    ['https://0.0.0.0/x'],
    ['https://127.1/x'],
    ['https://0x7f000001/x'],
    ['https://2130706433/x'],
    ['https://LOCALHOST/x'],
    ['https://x.localhost/x'],
    ['https://[::1]/x'],
    ['https://[::]/x'],
    ['https://[fc00::1]/x'],
    ['https://[fd00::1]/x'],
    ['https://[fe80::1]/x'],
    ['https://[febf::1]/x'],
    ['https://[64:ff9b::a00:1]/x'],
    ['https://[::ffff:10.0.0.1]/x'],
    ['http://127.0.0.1/x'],
    ['https://me:pass@bucket.example/x'],
    ['https://me@bucket.example/x'],
    ['https://:pass@bucket.example/x'],
  ])('%s is not followed', async (url) => {
    const { fetch, requests } = createFakeFetch(success(url), file)
    const error = await caughtError(create(fetch).openDownload('task-1'))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape', vendor: 'loyaltydog' })
    expect(everythingOf(error)).not.toContain(url)
    expect(requests).toHaveLength(1)
  })

  test.each([['https://localhost./x'], ['https://x.localhost./x']])(
    '%s, with its dot, is not followed',
    async (url) => {
      const { fetch, requests } = createFakeFetch(success(url), file)
      await caughtError(create(fetch).openDownload('task-1'))
      expect(requests).toHaveLength(1)
    },
  )

  test.each([
    ['https://172.15.0.1/x'],
    ['https://172.32.0.1/x'],
    ['https://173.16.0.1/x'],
    ['https://192.169.0.1/x'],
    ['https://193.168.0.1/x'],
    ['https://169.253.0.1/x'],
    ['https://170.254.0.1/x'],
    ['https://11.0.0.1/x'],
    ['https://100.63.0.1/x'],
    ['https://100.128.0.1/x'],
    ['https://101.64.0.1/x'],
    ['https://1.127.0.1/x'],
    ['https://[2606:4700::1]/x'],
    ['https://[2001:fd00::]/x'],
    ['https://10.0.0.1.example/x'],
    ['https://127.0.0.1.example/x'],
    ['https://localhost.example/x'],
    ['https://mylocalhost/x'],
  ])('%s is public', async (url) => {
    const { fetch, requests } = createFakeFetch(success(url), file)
    await create(fetch).openDownload('task-1')
    expect(requests).toHaveLength(2)
  })

  test('a client that talks to this machine may be sent to this machine', async () => {
    const { fetch, requests } = createFakeFetch(success('http://127.0.0.1:9/x.csv'), file)
    await create(fetch, { baseUrl: 'http://localhost:8080' }).openDownload('task-1')
    expect(requests[1]?.url).toBe('http://127.0.0.1:9/x.csv')
  })

  test.each([[null], [undefined], ['/relative.csv'], ['']])(
    'with a downloadUrl of %j there is nothing to open',
    async (url) => {
      const { fetch, requests } = createFakeFetch(success(url))
      const error = await caughtError(create(fetch).openDownload('task-1'))
      expect(error).toMatchObject({ code: 'invalid-ref' })
      expect(requests).toHaveLength(1)
    },
  )

  test('a job that was kept with a damaged URL is refused before any request', async () => {
    const { fetch, requests } = createFakeFetch(success(signedUrl), file)
    const client = create(fetch)
    const damaged = { ...(await client.get('task-1')), download: { url: signedUrl.slice(5) } }
    const error = await caughtError(client.openDownload(damaged as never))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape' })
    expect(everythingOf(error)).not.toContain('top-secret')
    expect(requests).toHaveLength(1)
  })

  test('nor to another scheme of it', async () => {
    const { fetch, requests } = createFakeFetch(success('ftp://127.0.0.1/x.csv'), file)
    const client = create(fetch, { baseUrl: 'http://localhost:8080' })
    expect(await caughtError(client.openDownload('task-1'))).toMatchObject({ code: 'unexpected-shape' })
    expect(requests).toHaveLength(1)
  })

  test('a signed URL that is refused takes no new token', async () => {
    const asked: boolean[] = []
    const token = ({ refresh }: { refresh: boolean }) => {
      asked.push(refresh)
      return secretToken
    }
    const { fetch, requests } = createFakeFetch(success(signedUrl), { status: 401 })
    expect(await caughtError(create(fetch, { token }).openDownload('task-1'))).toMatchObject({
      code: 'unauthorized',
    })
    expect(asked).toEqual([false])
    expect(requests).toHaveLength(2)
  })

  test.each(['x20250301T100000Z', '20250301T100000Zx'])('a date of %s is none', async (date) => {
    const { fetch } = createFakeFetch(success(`${signedUrl}&X-Amz-Date=${date}&X-Amz-Expires=3600`))
    const job = await create(fetch).get('task-1')
    expect(job.status === 'completed' && job.download).not.toHaveProperty('expiresAt')
  })

  test('a job is not asked about again', async () => {
    const { fetch, requests } = createFakeFetch(success(signedUrl), file)
    const client = create(fetch)
    await client.openDownload(await client.get('task-1'))
    expect(requests.map(({ url }) => new URL(url).host)).toEqual(['api.loyalty.dog', 'bucket.example'])
  })

  test('a job that is not completed has nothing to open, even with a URL', async () => {
    const { fetch, requests } = createFakeFetch({ body: { ...success(signedUrl).body, status: 'started' } })
    expect(await caughtError(create(fetch).openDownload('task-1'))).toMatchObject({ code: 'invalid-ref' })
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['a refusal', { status: 403, headers: { 'content-type': 'application/xml' }, text: '<Error>x</Error>' }],
    ['a page', { headers: { 'content-type': 'application/xml' }, text: '<Error>x</Error>' }],
    ['a redirect', { status: 307, headers: { location: 'https://evil.example/' } }],
    ['a failure', { error: new TypeError(`failed ${signedUrl}`) }],
  ])('%s tells nothing of the signature', async (_, answer) => {
    const { fetch } = createFakeFetch(success(signedUrl), answer)
    const error = await caughtError(create(fetch, { retries: 0 }).openDownload('task-1'))
    expect(everythingOf(error)).not.toContain('top-secret')
  })

  test('no event shows the signature', async () => {
    const events: unknown[] = []
    const { fetch } = createFakeFetch(success(signedUrl), file)
    await create(fetch, { onRequest: (event: unknown) => events.push(event) }).openDownload('task-1')
    expect(events).toHaveLength(2)
    expect(everythingOf(events)).not.toContain('top-secret')
  })

  test('no event shows what is in a data: URI', async () => {
    const events: unknown[] = []
    const { fetch } = createFakeFetch(success('data:text/csv,row-of-a-customer'), file)
    await create(fetch, { onRequest: (event: unknown) => events.push(event) }).openDownload('task-1')
    expect(everythingOf(events)).not.toContain('row-of-a-customer')
  })
})

import { describe, expect, test } from 'vitest'
import { type Download, type DownloadOptions, type ExportJob, records } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { defineVendor } from '../../src/vendor/index.ts'
import { caught, caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'
import { readText } from '../support/read-text.ts'
import { createPlainClient, secretToken, uuid, vendors } from '../support/vendors.ts'

interface Downloading {
  get(ref: unknown): Promise<ExportJob>
  openDownload(refOrJob: unknown, options?: DownloadOptions): Promise<Download>
}

const hour = 3_600_000
const store = 'https://bucket.example'

/** A URL that was signed so many ms ago, for an hour. */
function signed(name: string, ago: number, now = Date.now()): string {
  const date = new Date(now - ago).toISOString().replace(/[-:]|\.\d+/g, '')
  return `${store}/${name}.csv?X-Amz-Date=${date}&X-Amz-Expires=3600&X-Amz-Signature=top-secret`
}

const statusOf = {
  loyaltydog: (url: string | null) => ({ taskId: 'task-1', status: 'success', downloadUrl: url }),
  anaconda: (url: string | null) => ({ ...(vendors.anaconda.completed as object), download_url: url }),
}

const file: FakeAnswer = { headers: { etag: '"v1"' }, text: 'a,b\n' }
const refused = (status: number): FakeAnswer => ({ status, text: '<Error>x</Error>' })

describe.each(['loyaltydog', 'anaconda'] as const)('the signed URLs of %s', (vendor) => {
  const { create, ref } = vendors[vendor]

  /** A vendor that signs a URL per poll, and a store that answers in order; no pause takes real time. */
  function createWorld(
    urls: (string | null)[],
    files: FakeAnswer[],
    headers: Record<string, string> = {},
    clock = createVirtualClock({ auto: true }),
  ) {
    const counts = { poll: 0, file: 0 }
    const next = <Value>(list: Value[], kind: 'poll' | 'file') =>
      list[Math.min(counts[kind]++, list.length - 1)] as Value
    const { fetch, requests } = createFakeFetch(({ url }) =>
      url.startsWith(store) ? next(files, 'file') : { headers, body: statusOf[vendor](next(urls, 'poll')) },
    )
    const client = create({ fetch, retries: 0, clock }) as unknown as Downloading
    /** Where the requests went, in short. */
    const trail = () =>
      requests.map(({ url }) => (url.startsWith(store) ? new URL(url).pathname.slice(1, -4) : 'poll'))
    return { client, clock, requests, trail }
  }

  const jobAt = async (url: string) => createWorld([url], []).client.get(ref)
  const old = () => signed('old', hour)
  const good = () => signed('good', 0)

  test('one at hand that is good is used', async () => {
    const { client, trail } = createWorld([], [file])
    expect(await readText((await client.openDownload(await jobAt(good()))).body)).toBe('a,b\n')
    expect(trail()).toEqual(['good'])
  })

  test('one that does not say when it expires is tried', async () => {
    const { client, trail } = createWorld([], [file])
    await client.openDownload(await jobAt(`${store}/any.csv`))
    expect(trail()).toEqual(['any'])
  })

  test('one at hand that has expired is not tried', async () => {
    const { client, trail } = createWorld([good()], [file])
    await client.openDownload(await jobAt(old()))
    expect(trail()).toEqual(['poll', 'good'])
  })

  test('a job whose URL was renewed once needs no other poll, until that has expired, too', async () => {
    const { client, trail } = createWorld([good(), signed('better', 0)], [file, file, refused(403), file])
    const job = await jobAt(old())
    for (let count = 0; count < 3; count++) await client.openDownload(job)
    expect(trail()).toEqual(['poll', 'good', 'good', 'good', 'poll', 'better'])
  })

  test.runIf(vendor === 'loyaltydog')('a poll that finds nothing to open is not remembered', async () => {
    const { client, trail } = createWorld(['https://10.0.0.1/x', good()], [file])
    const job = await jobAt(old())
    expect(await caughtError(client.openDownload(job))).toMatchObject({ code: 'unexpected-shape' })
    await client.openDownload(job)
    expect(trail()).toEqual(['poll', 'poll', 'good'])
  })

  test.runIf(vendor === 'anaconda')(
    'where none can be followed, the documented route serves the file',
    async () => {
      const otherRoute = `https://anaconda.com/api/audit-logs/export/${uuid.replace('0', '1')}/download`
      for (const url of ['https://10.0.0.1/x', 'http://store.example/x', otherRoute, null]) {
        const { client, requests } = createWorld([url], [file])
        const job = { ...(await jobAt(old())), download: { url } }
        await client.openDownload(job)
        expect(requests.map((request) => new URL(request.url).pathname)).toEqual([
          `/api/audit-logs/export/${uuid}/download`,
        ])
      }
    },
  )

  describe('a store that says 404', () => {
    const missing = refused(404)

    test('a moment after completion is asked again, with a fresh URL', async () => {
      const { client, trail } = createWorld([signed('b', 0), signed('c', 0)], [missing, missing, file])
      await client.openDownload(await jobAt(signed('a', 0)))
      expect(trail()).toEqual(['a', 'poll', 'b', 'poll', 'c'])
    })

    test('for seconds is believed', async () => {
      const { client, clock, trail } = createWorld([good()], [missing])
      const error = await caughtError(client.openDownload(ref))
      expect(error).toMatchObject({ name: 'ApiError', code: 'not-found', httpStatus: 404 })
      expect(error.message).toContain('start a new export')
      expect(trail().filter((place) => place === 'good')).toHaveLength(5)
      expect(clock.now()).toBeGreaterThanOrEqual(2_000)
    })

    test.each([
      ['its completion', { completedAt: new Date(Date.now() - hour) }],
      ['its completion, kept as JSON', { completedAt: new Date(Date.now() - hour).toISOString() }],
      ['the answer that told of it', { answeredAt: new Date(Date.now() - hour) }],
    ])('long after %s is believed at once', async (_, times) => {
      const { client, trail } = createWorld([good()], [missing])
      const { completedAt, answeredAt, ...job } = await jobAt(good())
      const error = await caughtError(client.openDownload({ ...job, ...times }))
      expect(error).toMatchObject({ httpStatus: 404 })
      expect(trail()).toEqual(['good'])
    })

    test('is asked no more after an abort', async () => {
      const { client, trail } = createWorld([good()], [missing], {}, createVirtualClock())
      const controller = new AbortController()
      setTimeout(() => controller.abort('enough'), 50)
      expect(await caught(client.openDownload(ref, { signal: controller.signal }))).toBe('enough')
      expect(trail()).toEqual(['poll', 'good'])
    })
  })

  test('an export that is not completed has no file yet, and the error says what to do', async () => {
    const body = {
      ...(statusOf[vendor](null) as object),
      status: vendor === 'anaconda' ? 'running' : 'started',
    }
    const { fetch } = createFakeFetch(({ url }) => (url.endsWith('/download') ? { status: 404 } : { body }))
    const client = create({ fetch, retries: 0 }) as unknown as Downloading
    const error = await caughtError(client.openDownload(ref))
    expect(error).toMatchObject({ vendor, advice: 'Wait for its completion first.' })
    expect(error.message).toContain(body.status)
  })

  test('a job that was kept as JSON is polled by its ref', async () => {
    const { client, trail } = createWorld([good()], [file])
    await client.openDownload(JSON.parse(JSON.stringify(await jobAt(old()))))
    expect(trail()).toEqual(['poll', 'good'])
  })

  test.each([[400], [403], [410]])('%i: it is signed anew, and asked for the same', async (status) => {
    const part = { status: 206, headers: { 'content-range': 'bytes 2-3/4', etag: '"v1"' }, text: '2\n' }
    const { client, trail, requests } = createWorld([good()], [refused(status), part])
    const options = { range: { start: 2 }, ifMatch: '"v1"' }
    const download = await client.openDownload(await jobAt(signed('first', 0)), options)
    expect(download).toMatchObject({ start: 2, size: 4 })
    expect(trail()).toEqual(['first', 'poll', 'good'])
    for (const { url, headers } of requests.filter(({ url }) => url.startsWith(store))) {
      expect(url).toContain('X-Amz-Signature')
      expect(headers).toEqual({ range: 'bytes=2-', 'if-match': '"v1"' })
    }
  })

  test.each([[401], [412], [416], [500], [503]])('%i is no matter of age', async (status) => {
    const { client, trail } = createWorld([good()], [refused(status)])
    const error = await caughtError(client.openDownload(await jobAt(signed('first', 0))))
    expect(error).toMatchObject({ httpStatus: status })
    expect(trail()).toEqual(['first'])
  })

  test.each<[what: string, find: () => unknown, trail: string[]]>([
    ['an id', () => ref, ['poll', 'a', 'poll', 'b', 'poll', 'c']],
    ['a job', () => jobAt(signed('at-hand', 0)), ['at-hand', 'poll', 'a', 'poll', 'b', 'poll', 'c']],
    ['a job that has expired', () => jobAt(old()), ['poll', 'a', 'poll', 'b', 'poll', 'c']],
  ])('refused again and again, three polls are made for %s', async (_, find, expected) => {
    const urls = ['a', 'b', 'c', 'd'].map((name) => signed(name, 0))
    const { client, trail } = createWorld(urls, [refused(403)])
    const error = await caughtError(client.openDownload(await find()))
    expect(error).toMatchObject({ name: 'ApiError', code: 'forbidden', httpStatus: 403, vendor })
    expect(trail()).toEqual(expected)
    expect(error.message).toContain(`The store that ${vendor} points to answered HTTP 403`)
    expect(error.message).toContain('get the export again for a fresh one')
    expect(everythingOf(error)).not.toMatch(/top-secret|bucket\.example/)
  })

  test('a vendor that hands out old ones is taken at its third word', async () => {
    const { client, trail } = createWorld([old()], [file])
    await client.openDownload(ref)
    expect(trail()).toEqual(['poll', 'poll', 'poll', 'old'])
  })

  test.each<[what: string, off: number, ago: number, expected: string[]]>([
    ['behind ours, for which one is good that ours has expired', -5 * hour, 5 * hour, ['poll', 'first']],
    [
      'ahead of ours, for which one has expired that ours has not',
      5 * hour,
      -4 * hour,
      ['poll', 'poll', 'good'],
    ],
  ])('by the vendor`s clock, %s', async (_, off, ago, expected) => {
    const date = new Date(Date.now() + off).toUTCString()
    const first = signed('first', ago)
    const { client, trail } = createWorld([first, signed('good', -off)], [file], { date })
    await client.openDownload(await client.get(ref))
    expect(trail()).toEqual(expected)
  })

  test.runIf(vendor === 'loyaltydog')(
    'one that no longer leads to a public place is not followed',
    async () => {
      const { client, trail } = createWorld(['https://10.0.0.1/x'], [refused(403)])
      const error = await caughtError(client.openDownload(await jobAt(signed('first', 0))))
      expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape' })
      expect(trail()).toEqual(['first', 'poll'])
    },
  )

  test('a poll that is refused comes out as it is', async () => {
    const { fetch, requests } = createFakeFetch({ status: 403, body: { detail: 'no' } })
    const client = create({ fetch, retries: 0 }) as unknown as Downloading
    const error = await caughtError(client.openDownload(await jobAt(old())))
    expect(error).toMatchObject({ httpStatus: 403, problem: { detail: 'no' } })
    expect(error.message).toContain('Check the role of the token')
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['an id', () => ref],
    ['a job', () => jobAt(old())],
  ])('an abort while %s is polled ends it', async (_, find) => {
    const controller = new AbortController()
    const asked: unknown[] = []
    const fetch = async (url: unknown) => {
      asked.push(url)
      controller.abort('enough')
      return new Promise<never>(() => {})
    }
    const client = create({ fetch }) as unknown as Downloading
    expect(await caught(client.openDownload(await find(), { signal: controller.signal }))).toBe('enough')
    expect(asked).toHaveLength(1)
  })

  test('the token goes to the vendor only', async () => {
    const { client, requests } = createWorld([signed('a', 0), good()], [refused(403), file])
    await client.openDownload(ref)
    for (const { url, headers } of requests) {
      expect(headers.authorization).toBe(url.startsWith(store) ? undefined : `Bearer ${secretToken}`)
      if (url.startsWith(store)) expect(headers).toEqual({})
    }
  })
})

describe('the vendors` own routes', () => {
  test('without a format of its own, a route has the one that the job tells', async () => {
    const create = defineVendor({
      vendor: 'acme',
      baseUrl: 'https://api.acme.example',
      statuses: { done: 'completed' },
      get: async (id: string) => ({ id, status: 'done', raw: {}, download: { format: 'jsonl' as const } }),
      download: { path: '/exports/{id}/file', params: (id) => ({ id }) },
    })
    const { fetch } = createFakeFetch({ text: '{"a":1}\n' })
    const client = create({ token: 'secret-token', fetch })
    expect(await client.openDownload(await client.get('e1'))).toMatchObject({ format: 'jsonl' })
  })

  test.each([[400], [403], [410]])('%i is what the vendor says: no poll helps', async (status) => {
    const { fetch, requests } = createFakeFetch({ status, body: {} })
    for (const [vendor, at] of [
      ['tyk', { id: 'exp-1', ref: 'exp-1', status: 'completed' }],
      ['anaconda', { id: uuid, ref: uuid, status: 'completed' }],
      [
        'anaconda',
        { id: uuid, ref: uuid, status: 'completed', download: { url: 'https://anaconda.com/file' } },
      ],
    ] as const) {
      const client = vendors[vendor].create({ fetch, retries: 0 }) as unknown as Downloading
      const error = await caughtError(client.openDownload(at))
      expect(error).toMatchObject({ httpStatus: status, vendor })
      expect(error.message).not.toContain('The store')
    }
    expect(requests).toHaveLength(3)
  })

  test('a signed URL of the vendor itself that has expired is the vendor`s to refuse', async () => {
    const { fetch, requests } = createFakeFetch(file)
    const client = vendors.anaconda.create({ fetch, retries: 0 }) as unknown as Downloading
    const url = signed('x', 2 * hour).replace(store, 'https://anaconda.com')
    await client.openDownload({ id: uuid, ref: uuid, status: 'completed', download: { url } })
    expect(requests.map(({ url }) => url)).toEqual([url])
  })
})

test.each([
  [410, 'start a new export'],
  [412, 'The file has changed'],
])('a store`s %i says what to do: %s', async (status, advice) => {
  const urls = { body: statusOf.loyaltydog(`${store}/x.csv`) }
  const { fetch } = createFakeFetch(({ url }) => (url.startsWith(store) ? refused(status) : urls))
  const clock = createVirtualClock({ auto: true })
  const client = vendors.loyaltydog.create({ fetch, retries: 0, clock }) as unknown as Downloading
  const error = await caughtError(client.openDownload('task-1'))
  expect(error.message).toContain(advice)
  expect(error.message).toContain('The store')
})

describe('a vendor`s own route that says 404', () => {
  /** A Tyk whose exports have these statuses, poll after poll, and whose files are not there so many times. */
  function createWorld(statuses: string[], missing: number, told: object = {}) {
    let polls = 0
    const { fetch, requests } = createFakeFetch(({ url }) => {
      if (url.endsWith('/download'))
        return missing-- > 0 ? { status: 404, body: { errors: [{ title: 'Not Ready' }] } } : file
      const status = statuses[Math.min(polls++, statuses.length - 1)]
      return status ? { body: { id: 'exp-1', attributes: { status, ...told } } } : { status: 404 }
    })
    const client = createPlainClient({ fetch, retries: 0, clock: createVirtualClock({ auto: true }) })
    const trail = () => requests.map(({ url }) => (url.endsWith('/download') ? 'file' : 'poll'))
    return { client, trail }
  }

  test('is asked again for a completed export', async () => {
    const { client, trail } = createWorld(['completed'], 1)
    expect(await readText((await client.openDownload('exp-1')).body)).toBe('a,b\n')
    expect(trail()).toEqual(['file', 'poll', 'poll', 'file'])
  })

  test('is believed of one that was completed long ago', async () => {
    const { client, trail } = createWorld(['completed'], 9, { completed_at: '2025-03-01T10:00:00Z' })
    const error = await caughtError(client.openDownload('exp-1'))
    expect(error).toMatchObject({ code: 'not-found', problem: { title: 'Not Ready' } })
    expect(trail()).toEqual(['file', 'poll'])
  })

  test.each([
    ['processing', 'Wait for its completion first.'],
    ['failed', 'Start a new export.'],
    ['expired', 'Start a new export.'],
    ['a word', 'Wait for its completion first.'],
  ])('of an export that is %s says so', async (status, advice) => {
    const { client } = createWorld([status], 9)
    const error = await caughtError(client.openDownload('exp-1'))
    expect(error).toMatchObject({
      name: 'ApiError',
      code: 'not-found',
      httpStatus: 404,
      problem: { title: 'Not Ready' },
      advice,
    })
    expect(error.message).toContain(`its status is "${status}"`)
  })

  test('is what comes out when the vendor does not know the export either', async () => {
    const { client, trail } = createWorld([''], 9)
    expect(await caughtError(client.openDownload('exp-1'))).toMatchObject({ problem: { title: 'Not Ready' } })
    expect(trail()).toEqual(['file', 'poll'])
  })
})

test('a completed export without a URL says what to do', async () => {
  const { fetch } = createFakeFetch({ body: statusOf.loyaltydog(null) })
  const client = vendors.loyaltydog.create({ fetch, retries: 0 }) as unknown as Downloading
  const error = await caughtError(client.openDownload('task-1'))
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-ref' })
  expect(error.advice).toContain('Try again in a moment')
})

test.each<[what: string, download: (job: { raw: unknown }) => { path: string; params: { file: string } }]>([
  [
    'a field of nothing',
    ({ raw }) => ({ path: '/{file}', params: { file: (raw as { file: { id: string } }).file.id } }),
  ],
  [
    'an id that is missing',
    ({ raw }) => ({ path: '/{file}', params: { file: (raw as { file_id: string }).file_id } }),
  ],
])('a vendor that stumbles over %s of an answer: it cannot be trusted', async (_, download) => {
  const { fetch } = createFakeFetch({ body: { id: 'a', state: 'done', file: null } })
  const createClient = defineVendor({
    vendor: 'acme',
    baseUrl: 'https://api.acme.example',
    statuses: { done: 'completed' },
    async get(id: string, { request }) {
      const raw = await request<{ id: string; state: string }>({ path: '/{id}', params: { id } })
      return { id: raw.id, status: raw.state, raw }
    },
    download,
  })
  const client = createClient({ token: secretToken, fetch })
  expect(await caughtError(client.openDownload('a'))).toMatchObject({
    name: 'ResponseError',
    code: 'unexpected-shape',
  })
  const reason = new TypeError('enough')
  const signal = AbortSignal.abort(reason)
  expect(await caught(client.openDownload('a', { signal }))).toBe(reason)
})

describe('a format that only the name in the URL tells', () => {
  const lines = '{"id":1}\n{"id":2}\n'
  const define = (format?: 'json') =>
    defineVendor({
      vendor: 'acme',
      baseUrl: 'https://api.acme.example/v1',
      statuses: { done: 'completed' },
      async get(id: string, { request }) {
        const raw = await request<{ n: number }>({ path: '/exports/{id}', params: { id } })
        const download = { url: 'https://store.example/export-000.json' }
        return { id, status: 'done', totalRecords: raw.n, download, raw }
      },
      download: (job) => ({ url: job.download?.url, format }),
    })
  const open = (format?: 'json', n = 2) => {
    const { fetch } = createFakeFetch(({ url }) =>
      url.startsWith('https://store')
        ? { text: lines, headers: { 'content-length': '18' } }
        : { body: { n } },
    )
    return define(format)({ token: 'acme-token', fetch, retries: 0 })
  }
  const collect = async (client: ReturnType<typeof open>) => {
    const found: unknown[] = []
    for await (const record of records(client, 'e1')) found.push(record)
    return found
  }

  test('is a guess: JSON Lines are read as such', async () => {
    expect(await open().openDownload('e1')).toMatchObject({ format: 'json', isFormatGuessed: true })
    expect(await collect(open())).toEqual([{ id: 1 }, { id: 2 }])
    expect(await caughtError(collect(open(undefined, 3)))).toMatchObject({ code: 'incomplete' })
  })

  test('one that the vendor is known to write is none', async () => {
    expect(await open('json').openDownload('e1')).not.toHaveProperty('isFormatGuessed')
    expect(await caughtError(collect(open('json')))).toMatchObject({ code: 'not-json' })
  })
})

import { describe, expect, onTestFinished, test } from 'vitest'
import { type Download, type ExportJob, records } from '../../src/index.ts'
import { createVendorSimulator, createVirtualClock } from '../../src/testing/index.ts'
import { createAnacondaClient } from '../../src/vendors/anaconda.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { createTykClient } from '../../src/vendors/tyk.ts'
import { caught, caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { serveFile, type Twist } from '../support/file-server.ts'
import { createCountingSignal } from '../support/signals.ts'
import { createPlainClient } from '../support/vendors.ts'
import { bodyOf } from './chunks.ts'

/** What a vendor counted. */
type Counted = Pick<ExportJob, 'totalRecords' | 'fileSize'>

/** A client that opens one body; `told` are the facts of the file, `counted` those of the export. */
function createClient(
  told: Partial<Download>,
  chunks: Iterable<Uint8Array | string>,
  { fails, counted = {} }: { fails?: Error; counted?: Counted } = {},
) {
  const { body, seen } = bodyOf(chunks, fails)
  const job = {
    vendor: 'tyk',
    id: 'exp-1',
    ref: 'exp-1',
    status: 'completed',
    rawStatus: 'completed',
    ...counted,
  }
  const get = async () => job as never
  const openDownload = async () => ({ body, start: 0, ...told })
  return { client: { ...createPlainClient(), get, openDownload }, seen }
}

async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = []
  for await (const value of values) all.push(value)
  return all
}

test('of all vendors that have some', async () => {
  const clock = createVirtualClock()
  const simulator = createVendorSimulator({ clock, pending: 0, running: 0 })
  const server = await simulator.listen()
  onTestFinished(() => server.close())
  const optionsOf = (vendor: 'tyk' | 'anaconda' | 'loyaltydog') => ({
    baseUrl: simulator[vendor].baseUrl(server.origin),
    token: simulator[vendor].token,
    clock,
  })
  const loyaltydog = createLoyaltyDogClient(optionsOf('loyaltydog'))
  const read = [
    await collect(records(createTykClient(optionsOf('tyk')), simulator.tyk.add({ records: 700 }))),
    await collect(
      records(createAnacondaClient(optionsOf('anaconda')), simulator.anaconda.add({ records: 700 })),
    ),
    await collect(records(loyaltydog, await loyaltydog.start({ format: 'json' }))),
    await collect(records(loyaltydog, await loyaltydog.get(await loyaltydog.start({ format: 'json' })))),
  ]
  expect(read.map(({ length }) => length)).toEqual([700, 700, 3, 3])
  for (const found of read) expect(found[2]).toMatchObject({ id: 3, action: 'created', actor: 'user-2' })
  const csv = await caughtError(collect(records(loyaltydog, await loyaltydog.start())))
  expect(csv).toMatchObject({ name: 'ConfigurationError', code: 'invalid-ref', vendor: 'loyaltydog' })
  expect(csv.message).toContain('it is CSV')
})

test.each([
  ['no client', undefined],
  ['a client without downloads', { vendor: 'acme', get() {} }],
])('%s is refused in plain words', async (_, client) => {
  const error = await caughtError(collect(records(client as never, 'exp-1')))
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
})

describe('what is read', () => {
  test.each([
    ['lines with a length', { format: 'jsonl', size: 16 }, ['{"a":1}\n{"a"', ':22}']],
    ['lines without', { format: 'jsonl' }, ['{"a":1}\n{"a"', ':22}\n']],
    ['an array with a length', { format: 'json', size: 18 }, ['[{"a":1},{"a":22}]']],
    ['an array without', { format: 'json' }, ['[{"a":1}', ',{"a":22}]']],
  ] as const)('%s', async (_, told, chunks) => {
    const { client } = createClient(told, chunks)
    expect(await collect(records(client, 'exp-1'))).toEqual([{ a: 1 }, { a: 22 }])
  })

  test.each([
    ['jsonl', ''],
    ['jsonl', '\n'],
    ['json', '[]'],
    ['json', ''],
    ['json', 'null\n'],
  ] as const)('of %s %j: nothing', async (format, text) => {
    expect(await collect(records(createClient({ format }, [text]).client, 'exp-1'))).toEqual([])
  })

  test('no more than is asked for', async () => {
    function* lines() {
      for (let count = 1; ; count++) yield `{"count":${count}}\n`
    }
    const { client, seen } = createClient({ format: 'jsonl' }, lines())
    for await (const { count } of records(client, 'exp-1')) {
      expect(seen.pulled).toBe(count)
      if (count === 1_000) break
    }
    expect(seen).toEqual({ pulled: 1_000, cancelled: true })
  })

  test('nothing before it is asked for', async () => {
    const { fetch, requests } = createFakeFetch({ text: '[]' })
    const reading = records(createPlainClient({ fetch }), 'exp-1')
    await new Promise((resolve) => setImmediate(resolve))
    expect(requests).toHaveLength(0)
    await reading.return()
    expect(await collect(reading)).toEqual([])
    expect(requests).toHaveLength(0)
  })
})

describe('what is no record', () => {
  const network = { name: 'TransportError', code: 'network', retryable: true }
  const incomplete = { name: 'ResponseError', code: 'incomplete', retryable: false }
  const notJson = { name: 'ResponseError', code: 'not-json', retryable: false }
  const noRecord = { name: 'ResponseError', code: 'unexpected-shape', retryable: false }
  const format = 'jsonl'
  const json = { format: 'json' } as const

  test.each<[what: string, told: Partial<Download>, text: string, error: object, before: number]>([
    ['a cut line', { format }, '{"a":1}\n{"a":', network, 1],
    ['a cut line, by the length', { format, size: 99 }, '{"a":1}\n{"a":2}', network, 1],
    ['lines that are cut between, by the length', { format, size: 99 }, '{"a":1}\n', network, 1],
    ['a line that may be cut', { format, isFramed: false }, '{"a":1}\n{"a":2}', incomplete, 1],
    ['lines that may be cut between', { format, isFramed: false }, '{"a":1}\n', incomplete, 1],
    ['a last line that is none', { format, size: 12 }, '{"a":1}\n{"a"', incomplete, 1],
    ['a last line of text', { format, isFramed: true }, '{"a":1}\nexport terminated early', incomplete, 1],
    ['a line that is none', { format }, '{"a":1}\nnonsense of a customer\n{"a":2}\n', notJson, 1],
    ['a line of a number', { format }, '{"a":1}\n12\n', noRecord, 1],
    ['a line of an array', { format }, '[{"a":1}]\n', noRecord, 0],
    ['a line of null', { format, size: 4 }, 'null', noRecord, 0],
    ['an array without an end', json, '[{"a":1}', network, 1],
    ['an array without an end, by the length', { ...json, size: 8 }, '[{"a":1}', incomplete, 1],
    ['an array of other things', json, '[{"a":1},"b"]', noRecord, 1],
    ['an array of arrays', json, '[[{"a":1}]]', noRecord, 0],
    ['an array with a comma too many', json, '[{"a":1},]', notJson, 1],
    ['an object', json, '{"error":"nonsense of a customer"}', notJson, 0],
    ['text', json, '"nonsense of a customer"', notJson, 0],
    ['something after the array', json, '[{"a":1}] nonsense of a customer', notJson, 1],
    ['lines for an array', json, '{"a":1}\n{"a":2}\n', notJson, 0],
    ['CSV', { format: 'csv' }, 'a\n1\n', { name: 'ConfigurationError', code: 'invalid-ref' }, 0],
    ['anything', {}, '[]', { name: 'ConfigurationError', code: 'invalid-ref' }, 0],
  ])('%s', async (_, told, text, expected, before) => {
    const { client, seen } = createClient(told, [text])
    const found: unknown[] = []
    const error = await caughtError(
      (async () => {
        for await (const record of records(client, 'exp-1')) found.push(record)
      })(),
    )
    expect(error).toMatchObject({ ...expected, vendor: 'tyk' })
    expect(found).toEqual([{ a: 1 }].slice(0, before))
    expect(everythingOf(error)).not.toContain('nonsense')
    expect(error.message).toContain('export "exp-1"')
    if (error.name === 'ResponseError' && error.code !== 'incomplete')
      expect(error.message).toContain(`after ${before} records`)
    if (error.code === 'invalid-ref') expect(seen).toEqual({ pulled: 0, cancelled: true })
  })

  test('a page', async () => {
    const { fetch } = createFakeFetch({ text: '<!DOCTYPE html>' })
    const error = await caughtError(collect(records(createPlainClient({ fetch }), 'exp-1')))
    expect(error).toMatchObject({ code: 'unexpected-shape' })
  })

  test('a body that breaks off comes out as it is', async () => {
    const broken = new Error('mine')
    const { client } = createClient({ format: 'jsonl' }, ['{"a":1}\n{'], { fails: broken })
    expect(await caught(collect(records(client, 'exp-1')))).toBe(broken)
  })

  test('an export that cannot be opened comes out as openDownload says it', async () => {
    const { fetch } = createFakeFetch({ status: 410 })
    const error = await caughtError(collect(records(createPlainClient({ fetch }), 'exp-1')))
    expect(error).toMatchObject({ name: 'ApiError', code: 'gone' })
  })
})

describe('both formats alike', () => {
  const write = {
    jsonl: (...values: (string | Uint8Array)[]) => values.flatMap((value) => [value, '\n']),
    json: (...values: (string | Uint8Array)[]) => [
      '[',
      ...values.flatMap((value, index) => (index === 0 ? [value] : [',', value])),
      ']',
    ],
  }
  const formats = ['jsonl', 'json'] as const

  test.each(formats)('integers of %s are as written', async (format) => {
    const chunks = write[format]('{"id":9007199254740993}', '{"id":-12345678901234567890,"b":[1.5,2]}')
    const { client } = createClient({ format }, chunks)
    expect(await collect(records(client, 'exp-1'))).toEqual([
      { id: 9007199254740993n },
      { id: -12345678901234567890n, b: [1.5, 2] },
    ])
  })

  test.each(formats)('a byte of %s that is not UTF-8 is an error', async (format) => {
    const chunks = write[format](
      '{"a":1}',
      Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
      '{"a":2}',
    )
    const error = await caughtError(collect(records(createClient({ format }, chunks).client, 'exp-1')))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'not-json' })
    expect(error.message).toContain('UTF-8 after 1 records')
  })

  test.each(formats)('a byte order mark of %s is skipped before a value', async (format) => {
    const chunks = ['\ufeff', ...write[format]('\ufeff{"a":"\ufeff"}', ' \ufeff{"a":2}')]
    const { client } = createClient({ format }, chunks)
    expect(await collect(records(client, 'exp-1'))).toEqual([{ a: '\ufeff' }, { a: 2 }])
  })

  test.each(formats)('a record of %s of 32 MB is read, one of more than 64 MiB is not', async (format) => {
    const piece = new Uint8Array(65_536).fill(0x61)
    const long = (count: number) => ['{"a":"', ...Array<Uint8Array>(count).fill(piece), '"}'] as const
    const [record] = await collect(
      records(
        createClient(
          { format },
          write[format](...long(512)).filter((each) => each !== '\n' && each !== ','),
        ).client,
        'exp-1',
      ),
    )
    expect(String(record?.a).length).toBe(512 * 65_536)
    const endless = function* () {
      yield format === 'json' ? '[{"a":"' : '{"a":"'
      for (;;) yield piece
    }
    const { client, seen } = createClient({ format }, endless())
    const error = await caughtError(collect(records(client, 'exp-1')))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'too-large' })
    expect(seen).toEqual({ cancelled: true, pulled: 1_025 })
  })

  test.each(formats)('of %s with fewer than counted, an error comes at the end', async (format) => {
    const chunks = write[format]('{"a":1}')
    const counted = { totalRecords: 2 }
    const found = collect(
      records(createClient({ format, isFramed: true }, chunks, { counted }).client, 'exp-1'),
    )
    expect(await caughtError(found)).toMatchObject({ code: 'incomplete' })
  })

  test.each(formats)('of %s with none, and some counted, is an error', async (format) => {
    const counted = { totalRecords: 2 }
    for (const text of format === 'json' ? ['', '[]', ' [ ] '] : ['', '\n']) {
      const { client } = createClient({ format, isFramed: true }, [text], { counted })
      const error = await caughtError(collect(records(client, 'exp-1')))
      expect(error).toMatchObject({ name: 'ResponseError', code: 'incomplete' })
    }
  })

  test.each(formats)('of %s with fewer bytes than counted is an error', async (format) => {
    const counted = { fileSize: 99 }
    const { client } = createClient({ format, isFramed: true }, write[format]('{"a":1}'), { counted })
    expect(await caughtError(collect(records(client, 'exp-1')))).toMatchObject({ code: 'incomplete' })
  })
})

test('by its ref an export is polled, by its completed job it is not', async () => {
  const { fetch, requests } = createFakeFetch({ text: '[]' })
  const client = createPlainClient({ fetch })
  const job = { vendor: 'tyk', id: 'exp-1', ref: 'exp-1', status: 'completed' } as never
  expect(await collect(records(client, job))).toEqual([])
  expect(await collect(records(client, 'exp-1'))).toEqual([])
  expect(requests.map(({ url }) => url.slice(-8))).toEqual(['download', 'ts/exp-1', 'download'])
})

describe('is let go of', () => {
  const lines = '{"a":1}\n{"a":2}\n{"a":3}\n'
  const open = async (...twists: Twist[]) => {
    const server = await serveFile({ content: lines.repeat(100_000) }, twists)
    const plain = createPlainClient({ baseUrl: server.origin })
    const client: typeof plain = {
      ...plain,
      openDownload: async (...request) => ({ ...(await plain.openDownload(...request)), format: 'jsonl' }),
    }
    return { server, client }
  }

  test.each([
    ['break', (): unknown => 'break'],
    ['an error of the caller', () => Promise.reject('mine')],
  ])('by %s', async (_, end) => {
    const { server, client } = await open()
    const { signal, listeners } = createCountingSignal()
    const reading = async () => {
      for await (const _ of records(client, 'exp-1', { signal })) {
        await end()
        break
      }
    }
    await reading().catch((error) => expect(error).toBe('mine'))
    expect(listeners()).toBe(0)
    await expect.poll(() => server.open).toBe(0)
  })

  test.each([
    ['before', 0],
    ['at a record: the next is not given', 2],
    ['in the middle', 100_000],
  ])('by an abort %s', async (_, at) => {
    const { server, client } = await open()
    const { controller, signal, listeners } = createCountingSignal()
    let count = 0
    if (at === 0) controller.abort('enough')
    const reading = async () => {
      for await (const _ of records(client, 'exp-1', { signal }))
        if (++count === at) controller.abort('enough')
    }
    expect(await caught(reading())).toBe('enough')
    expect(count).toBe(at)
    expect(listeners()).toBe(0)
    await expect.poll(() => server.open).toBe(0)
  })

  test('by an abort while nothing comes', async () => {
    const { server, client } = await open({ after: 12, hangs: true })
    const controller = new AbortController()
    setTimeout(() => controller.abort('enough'), 20)
    expect(await caught(collect(records(client, 'exp-1', { signal: controller.signal })))).toBe('enough')
    await expect.poll(() => server.open).toBe(0)
  })
})

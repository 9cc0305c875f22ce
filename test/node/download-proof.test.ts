import { createHash } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { appendFile, open, truncate } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { ExportFormat } from '../../src/index.ts'
import { download } from '../../src/node/index.ts'
import { period } from '../../src/node/part-content.ts'
import { caughtError } from '../support/caught.ts'
import type { Twist } from '../support/file-server.ts'
import { completedJob, createWorld, id, jsonOf, openFiles } from './world.ts'

const content = jsonOf(10_000)
const left = ['out.json.part', 'out.json.part.json']

describe('a page is never saved', () => {
  const pages = ['<!DOCTYPE html><p>hello', '<?xml version="1.0"?><Error/>', '\ufeff \r\n<html>']
  const types = ['text/html; charset=utf-8', 'application/xml', 'text/xml', 'application/json', undefined]
  test.each(pages.flatMap((body) => types.map((type) => [body, type] as const)))(
    '%j as %s',
    async (body, type) => {
      const world = await createWorld({ content }, [{ body, headers: { 'content-type': type } }])
      const error = await caughtError(world.download())
      expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape', retryable: false })
      expect(await world.names()).toEqual([])
    },
  )

  test.each([[200], [206]])('instead of the rest, with status %i: the part stays', async (status) => {
    const page = { status, body: '<p>', headers: { 'content-type': 'text/html' } }
    const world = await createWorld({ content }, [{ after: 4_000 }, page])
    expect(await caughtError(world.download())).toMatchObject({ code: 'unexpected-shape' })
    expect(await world.saved(world.part)).toBe(content.slice(0, 4_000))
    await world.download()
    expect(await world.saved()).toBe(content)
  })
})

describe('the checksum that the server sends', () => {
  const hash = (algorithm: string, text = content) => createHash(algorithm).update(text).digest('base64')
  const tellings = (text: string): [what: string, headers: Record<string, string>][] => [
    ['Repr-Digest', { 'repr-digest': `sha-256=:${hash('sha256', text)}:` }],
    ['the longer', { 'repr-digest': `sha-512=:${hash('sha512', text)}:` }],
    ['Digest', { digest: `sha-256=${hash('sha256', text)}` }],
    ['S3`s', { 'x-amz-checksum-sha256': hash('sha256', text) }],
    ['Content-MD5', { 'content-md5': hash('md5', text) }],
  ]

  test.each(tellings(content))('%s is checked', async (_, headers) => {
    const world = await createWorld({ content }, [{ headers }])
    await world.download()
    expect(await world.saved()).toBe(content)
  })

  test.each(tellings('another file'))(
    '%s that does not match: the part stays, and the next call starts over',
    async (_, headers) => {
      for (const twists of [[{ headers }], [{ headers, after: 4_000 }]]) {
        const world = await createWorld({ content }, twists)
        const error = await caughtError(world.download())
        expect(error).toMatchObject({ name: 'ResponseError', code: 'incomplete', retryable: false })
        expect(await world.names()).toEqual(left)
        expect(await openFiles(world.folder)).toEqual([])
        await world.download()
        expect(await world.saved()).toBe(content)
        expect(await world.names()).toEqual(['out.json'])
      }
    },
  )

  test('is that of the latest version', async () => {
    const [[, headers] = []] = tellings('another file')
    const world = await createWorld({ content, etag: undefined }, [{ headers: headers ?? {}, after: 4_000 }])
    await world.download()
    expect(await world.saved()).toBe(content)
  })

  test('of a part says nothing about the file', async () => {
    const ofPart = {
      'x-amz-checksum-sha256': hash('sha256', content.slice(4_000)),
      'content-md5': hash('md5', ''),
    }
    const world = await createWorld({ content }, [{ after: 4_000 }, { headers: ofPart }])
    await world.download()
    expect(await world.saved()).toBe(content)
  })
})

describe('the length that the server announces', () => {
  test('a rest that exceeds it is refused, and the next call starts over', async () => {
    const headers = { 'content-range': `bytes 4000-9999/${content.length}` }
    const longer: Twist = { headers, framing: 'chunked', body: content }
    const world = await createWorld({ content }, [{ after: 4_000 }, longer])
    expect(await caughtError(world.download())).toMatchObject({ code: 'incomplete' })
    expect(await world.names()).toEqual(left)
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', undefined])
    expect(await world.saved()).toBe(content)
  })

  test('a rest that ends early is resumed', async () => {
    const shorter: Twist = { range: [4_000, 5_000], framing: 'chunked' }
    const world = await createWorld({ content }, [{ after: 4_000 }, shorter])
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', 'bytes=5000-'])
    expect(await world.saved()).toBe(content)
  })

  test('announced only with the rest applies to the whole file', async () => {
    const lines = 'a,b\n1,2\n'.repeat(3)
    const unsaid: Twist = { framing: 'chunked', after: 6 }
    const world = await createWorld({ content: lines }, [unsaid, { range: [6, 12] }, { range: [12, 16] }])
    world.format = 'csv'
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=6-', 'bytes=12-', 'bytes=16-'])
    expect(await world.saved()).toBe(lines)
  })

  test('of 0 is an empty file', async () => {
    const world = await createWorld({ content: '' })
    expect(await world.download()).toEqual({ path: world.to, bytes: 0 })
    expect(await world.saved()).toBe('')
  })
})

describe('a body without length', () => {
  type Outcome = 'whole' | 'incomplete' | 'fetched twice'
  const bodies: [format: ExportFormat | undefined, body: string, chunked: Outcome, closed: Outcome][] = [
    ['json', '[{"a":1}]', 'whole', 'whole'],
    ['json', '\ufeff{"a":"é"} \n', 'whole', 'whole'],
    ['json', '[{"a":1}', 'incomplete', 'fetched twice'],
    ['json', '[{"a":1}]]', 'incomplete', 'fetched twice'],
    ['jsonl', '{"a":1}\n{"a":2}\n', 'whole', 'incomplete'],
    ['jsonl', '{"a":1}\n{"a":2}', 'whole', 'incomplete'],
    ['jsonl', '{"a":1}\nexport terminated early', 'incomplete', 'fetched twice'],
    ['csv', 'a,b\r\n1,2\r\n', 'whole', 'incomplete'],
    ['csv', 'a,b\n1,2', 'whole', 'incomplete'],
    ['csv', 'a,b\n1,"2\n', 'incomplete', 'fetched twice'],
    [undefined, '[{"a":1}]\n', 'whole', 'incomplete'],
  ]
  const framings = ['chunked', 'close'] as const

  test.each(
    bodies.flatMap(([format, body, ...outcomes]) =>
      framings.map((framing, index) => [framing, format, body, outcomes[index] as Outcome] as const),
    ),
  )('ended as %s, as %s: %j is %s', async (framing, format, body, outcome) => {
    const world = await createWorld({ content: body, etag: undefined }, () => ({ framing }))
    world.format = format
    if (outcome === 'whole') {
      await world.download()
      expect(await world.saved()).toBe(body)
    } else {
      const error = await caughtError(world.download())
      expect(error).toMatchObject({ name: 'ResponseError', code: 'incomplete', retryable: false })
      expect(await world.names()).toEqual(left)
      // After a second attempt with the same result, there is no third.
      expect(world.server.requests).toHaveLength(outcome === 'incomplete' ? 1 : 2)
    }
    expect(await openFiles(world.folder)).toEqual([])
  })

  test.each([
    ['json', content, 4_000],
    ['jsonl', '{"a":1}\n{"a":22222}\n', 12],
    ['csv', 'a,b\n1,"2222"\n', 7],
  ] as const)(
    'of %s that was cut, and that Node takes for complete, is fetched again',
    async (format, body, after) => {
      const cut: Twist = { framing: 'chunked', headers: { connection: 'close' }, after }
      const world = await createWorld({ content: body, etag: undefined }, [cut])
      world.format = format
      await world.download()
      expect(world.server.requests).toHaveLength(2)
      expect(await world.saved()).toBe(body)
    },
  )

  test.each([
    ['json', content, 4_000],
    ['jsonl', '{"a":1}\n{"a":22222}\n', 12],
    ['csv', 'a,b\n1,"2222"\n', 7],
  ] as const)(
    'of %s that was cut, and that Node takes for complete, is resumed by its ETag',
    async (format, body, after) => {
      const cut: Twist = { framing: 'chunked', headers: { connection: 'close' }, after }
      const world = await createWorld({ content: body }, [cut])
      world.format = format
      await world.download()
      expect(world.server.ranges).toEqual([undefined, `bytes=${after}-`])
      expect(await world.saved()).toBe(body)
    },
  )

  test.each(['json', 'jsonl', 'csv'] as const)(
    'of 0 bytes is a %s file without records, if the vendor counted none',
    async (format) => {
      const world = await createWorld({ content: '', etag: undefined }, () => ({ framing: 'chunked' }))
      world.format = format
      world.look = async () => completedJob(id, 1)
      expect(await caughtError(world.download())).toMatchObject({ code: 'incomplete' })
      expect(await world.names()).toEqual([])
      world.look = async () => completedJob(id, 0)
      expect(await world.download({ wait: undefined })).toEqual({ path: world.to, bytes: 0 })
      expect(await world.saved()).toBe('')
    },
  )
})

describe('a body that comes compressed', () => {
  const lines = '{"a":1}\n{"a":2}\n'
  const csv = 'a,b\n1,2\n'
  const rows = `a,b\n${Array.from({ length: 5_000 }, (_, row) => `${row},${row * row}`).join('\n')}\n`

  // Stores may keep files as gzip.
  test.each<[format: ExportFormat | undefined, text: string, counted: object, isWhole: boolean]>([
    ['json', '[{"a":1}]', {}, true],
    ['json', '[{"a":1}', {}, false],
    ['jsonl', lines, {}, true],
    ['jsonl', lines, { totalRecords: 2 }, true],
    ['jsonl', lines, { totalRecords: 3 }, false],
    ['csv', csv, {}, true],
    ['csv', csv, { fileSize: csv.length }, true],
    ['csv', csv, { fileSize: csv.length + 1 }, false],
    [undefined, csv, {}, true],
  ])('as %s: %j of which %j was counted is whole: %j', async (format, text, counted, isWhole) => {
    for (const framing of ['length', 'chunked'] as const) {
      const headers = { 'content-encoding': 'gzip' }
      const world = await createWorld({ content: gzipSync(text) }, () => ({ headers, framing }))
      world.format = format
      world.look = async () => ({ ...completedJob(id), ...counted })
      const outcome = world.download({ wait: undefined })
      if (!isWhole) {
        expect(await caughtError(outcome)).toMatchObject({ code: 'incomplete' })
        continue
      }
      await outcome
      expect(await world.saved()).toBe(text)
    }
  })

  test('that is cut is fetched again from the beginning', async () => {
    const headers = { 'content-encoding': 'gzip' }
    const world = await createWorld({ content: gzipSync(rows) }, (_, count) => ({
      headers,
      ...(count === 1 && { after: 5_000 }),
    }))
    world.format = 'csv'
    await world.download()
    expect(await world.saved()).toBe(rows)
  })
})

describe('what the vendor counted', () => {
  const lines = '{"a":1}\n{"a":2}\n'

  test.each<[what: string, job: object, code: string | undefined]>([
    ['as many records', { totalRecords: 2 }, undefined],
    ['more records', { totalRecords: 3 }, 'incomplete'],
    ['as many bytes', { fileSize: lines.length }, undefined],
    ['more bytes', { fileSize: lines.length + 1 }, 'incomplete'],
  ])('%s, by the id and by the job', async (_, counted, code) => {
    for (const ref of [id, { ...completedJob(id), ...counted }]) {
      const world = await createWorld({ content: lines })
      world.format = 'jsonl'
      world.look = async () => ({ ...completedJob(id), ...counted })
      const outcome = world.download({ wait: undefined }, ref).then(() => undefined)
      expect((await outcome.catch((error) => error))?.code).toBe(code)
      expect(await world.names()).toEqual(code ? left : ['out.json'])
    }
  })
})

test.each([
  [2, undefined],
  [3, undefined],
  [4, 'incomplete'],
])('of a CSV of three rows that is as long as was told, %j counted: %j', async (totalRecords, code) => {
  const world = await createWorld({ content: 'a,b\n1,"\n\n\n"\n3,4\n' })
  world.format = 'csv'
  world.look = async () => completedJob(id, totalRecords)
  const outcome = world.download({ wait: undefined }).then(() => undefined)
  expect((await outcome.catch((error) => error))?.code).toBe(code)
  expect(await world.names()).toEqual(code ? left : ['out.json'])
})

describe('a part that another program changes', () => {
  type Change = (path: string) => Promise<unknown>
  const change = async (path: string, bytes: string, position: number) => {
    const file = await open(path, 'r+')
    await file.write(bytes, position)
    await file.close()
  }
  const changes: [what: string, change: Change][] = [
    ['cut', (path) => truncate(path, 1_000)],
    ['emptied', (path) => truncate(path, 0)],
    ['appended to', (path) => appendFile(path, 'more')],
    ['filled with zeros', (path) => change(path, '\0'.repeat(4_000), 0)],
    ['cut, and grown again', (path) => truncate(path, 1_000).then(() => truncate(path, 4_000))],
    ['changed in one byte', (path) => change(path, 'X', 1_234)],
  ]

  test.each(changes.filter(([what]) => what !== 'appended to'))(
    'while it is downloaded: %s',
    async (_, tamper) => {
      let changed: Promise<unknown> | undefined
      const world = await createWorld({ content }, [{ after: 4_000 }])
      const onProgress = ({ bytes }: { bytes: number }) => {
        if (bytes === 4_000) changed ??= sleep(20).then(() => tamper(world.part))
      }
      const clock = { ...world.clock, sleep: async () => void (await changed) }
      const error = await caughtError(world.download({ onProgress, wait: { clock } }))
      expect(error).toMatchObject({ name: 'ResponseError', code: 'incomplete', retryable: false })
      expect(error.message).toContain(world.part)
      expect(await world.names()).toEqual(left)
      await world.download()
      expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', undefined])
      expect(await world.saved()).toBe(content)
    },
  )

  test.each(changes)('between two calls: %s', async (what, tamper) => {
    const world = await createWorld({ content }, [{ after: 4_000 }])
    await world.abandon(4_000)
    await tamper(world.part)
    await world.download()
    expect(world.server.ranges).toEqual([undefined, what === 'appended to' ? 'bytes=4000-' : undefined])
    expect(await world.saved()).toBe(content)
  })

  test('while it is downloaded: appended to, when all is there', async () => {
    const world = await createWorld({ content })
    const append = (at: number) => (progress: { bytes: number }) =>
      progress.bytes === at && appendFileSync(world.part, 'x'.repeat(2 * content.length))
    const error = await caughtError(world.download({ onProgress: append(content.length) }))
    expect(error).toMatchObject({ code: 'incomplete' })
    expect(await world.names()).toEqual(left)
  })

  test('far from its beginning, where only samples are compared', async () => {
    const large = jsonOf(8_000_000)
    let changed: Promise<unknown> | undefined
    const world = await createWorld({ content: large }, [{ after: 6_000_000 }])
    const tamper = () => change(world.part, '\0'.repeat(period), 5_000_000)
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes === 6_000_000) changed ??= sleep(20).then(tamper)
    }
    const { signal } = new AbortController()
    const client = world.client
    const openDownload: typeof client.openDownload = async (...request) => {
      await changed
      return client.openDownload(...request)
    }
    const downloading = download({ ...client, openDownload }, id, {
      to: world.to,
      onProgress,
      signal,
      wait: { clock: world.clock },
    })
    expect(await caughtError(downloading)).toMatchObject({ code: 'incomplete' })
  })
})

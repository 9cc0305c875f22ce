import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ExportFormat } from '../../src/index.ts'
import { caughtError } from '../support/caught.ts'
import type { Twist } from '../support/file-server.ts'
import { completedJob, createWorld, id, jsonOf, openFiles } from './world.ts'

const content = jsonOf(10_000)

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

  test.each([[200], [206]])('in the place of the rest, under %i: what was there stays', async (status) => {
    const page = { status, body: '<p>', headers: { 'content-type': 'text/html' } }
    const world = await createWorld({ content }, [{ after: 4_000 }, page])
    expect(await caughtError(world.download())).toMatchObject({ code: 'unexpected-shape' })
    expect(await world.saved(world.part)).toBe(content.slice(0, 4_000))
    await world.download()
    expect(await world.saved()).toBe(content)
  })
})

describe('the checksum that is told', () => {
  const hash = (algorithm: string, text = content) => createHash(algorithm).update(text).digest('base64')
  const tellings = (text: string): [what: string, headers: Record<string, string>][] => [
    ['Repr-Digest', { 'repr-digest': `sha-256=:${hash('sha256', text)}:` }],
    ['the longer', { 'repr-digest': `sha-512=:${hash('sha512', text)}:` }],
    ['Digest', { digest: `sha-256=${hash('sha256', text)}` }],
    ['S3`s', { 'x-amz-checksum-sha256': hash('sha256', text) }],
    ['Content-MD5', { 'content-md5': hash('md5', text) }],
  ]

  test.each(tellings(content))('%s is kept', async (_, headers) => {
    const world = await createWorld({ content }, [{ headers }])
    await world.download()
    expect(await world.saved()).toBe(content)
  })

  test.each(tellings('another file'))('%s that does not fit: nothing is kept', async (_, headers) => {
    for (const twists of [[{ headers }], [{ headers, after: 4_000 }]]) {
      const world = await createWorld({ content }, twists)
      const error = await caughtError(world.download())
      expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape', retryable: false })
      expect(await world.names()).toEqual([])
      expect(await openFiles(world.folder)).toEqual([])
    }
  })

  test('is that of the version that came last', async () => {
    const [[, headers] = []] = tellings('another file')
    const world = await createWorld({ content, etag: undefined }, [{ headers: headers ?? {}, after: 4_000 }])
    await world.download()
    expect(await world.saved()).toBe(content)
  })

  test('of a part says nothing of the file', async () => {
    const ofPart = {
      'x-amz-checksum-sha256': hash('sha256', content.slice(4_000)),
      'content-md5': hash('md5', ''),
    }
    const world = await createWorld({ content }, [{ after: 4_000 }, { headers: ofPart }])
    await world.download()
    expect(await world.saved()).toBe(content)
  })
})

describe('the length that is told', () => {
  test('a rest that goes beyond it is refused, and nothing is kept', async () => {
    const headers = { 'content-range': `bytes 4000-9999/${content.length}` }
    const longer: Twist = { headers, framing: 'chunked', body: content }
    const world = await createWorld({ content }, [{ after: 4_000 }, longer])
    expect(await caughtError(world.download())).toMatchObject({ code: 'unexpected-shape' })
    expect(await world.names()).toEqual([])
  })

  test('a rest that ends before it is gone on with', async () => {
    const shorter: Twist = { range: [4_000, 5_000], framing: 'chunked' }
    const world = await createWorld({ content }, [{ after: 4_000 }, shorter])
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', 'bytes=5000-'])
    expect(await world.saved()).toBe(content)
  })

  test('with the rest only holds for the whole, too', async () => {
    const lines = 'a,b\n1,2\n'.repeat(3)
    const unsaid: Twist = { framing: 'chunked', after: 6 }
    const world = await createWorld({ content: lines }, [unsaid, { range: [6, 12] }, { range: [12, 16] }])
    world.format = 'csv'
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=6-', 'bytes=12-', 'bytes=16-'])
    expect(await world.saved()).toBe(lines)
  })

  test('of nothing is an empty file', async () => {
    const world = await createWorld({ content: '' })
    expect(await world.download()).toEqual({ path: world.to, bytes: 0 })
    expect(await world.saved()).toBe('')
  })
})

describe('a body without length', () => {
  const framings = ['chunked', 'close'] as const
  const bodies: [format: ExportFormat | undefined, body: string, isWhole: boolean][] = [
    ['json', '[{"a":1}]', true],
    ['json', '\ufeff{"a":"é"} \n', true],
    ['json', '"a"', true],
    ['json', '[{"a":1}', false],
    ['json', '[{"a":1}]]', false],
    ['json', '', false],
    ['jsonl', '{"a":1}\n{"a":2}\n', true],
    ['jsonl', '{"a":1}\n{"a":2}', false],
    ['jsonl', '', false],
    ['csv', 'a,b\r\n1,2\r\n', true],
    ['csv', 'a,b\n1,2', false],
    [undefined, '[{"a":1}]\n', false],
  ]

  test.each(framings.flatMap((framing) => bodies.map((row) => [framing, ...row] as const)))(
    'ended as %s, as %s: %j is whole: %j',
    async (framing, format, body, isWhole) => {
      const world = await createWorld({ content: body, etag: undefined }, () => ({ framing }))
      world.format = format
      if (isWhole) {
        await world.download()
        expect(await world.saved()).toBe(body)
      } else {
        const error = await caughtError(world.download())
        expect(error).toMatchObject({ name: 'TransportError', code: 'network', retryable: true })
        expect(error.message).toContain('nothing shows that it is whole')
        expect(await world.names()).not.toContain('out.json')
      }
      expect(await openFiles(world.folder)).toEqual([])
    },
  )

  test.each([
    ['json', content, 4_000],
    ['jsonl', '{"a":1}\n{"a":22222}\n', 12],
    ['csv', 'a,b\n1,2222\n', 7],
  ] as const)(
    'of %s that was cut, and that Node takes for whole, is fetched again',
    async (format, body, after) => {
      const cut: Twist = { framing: 'chunked', headers: { connection: 'close' }, after }
      const world = await createWorld({ content: body, etag: undefined }, [cut])
      world.format = format
      await world.download()
      expect(world.server.requests).toHaveLength(2)
      expect(await world.saved()).toBe(body)
    },
  )

  test.each(['json', 'jsonl', 'csv'] as const)(
    'of nothing is a %s file of no records, if there are none',
    async (format) => {
      const world = await createWorld({ content: '', etag: undefined }, () => ({ framing: 'chunked' }))
      world.format = format
      world.look = async () => completedJob(id, 1)
      expect(await caughtError(world.download())).toMatchObject({ code: 'network' })
      expect(await world.names()).toEqual([])
      world.look = async () => completedJob(id, 0)
      expect(await world.download()).toEqual({ path: world.to, bytes: 0 })
      expect(await world.saved()).toBe('')
    },
  )
})

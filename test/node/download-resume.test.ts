import { randomBytes } from 'node:crypto'
import { link, lstat, open, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { caughtError } from '../support/caught.ts'
import type { ServedFile, Twist } from '../support/file-server.ts'
import { completedJob, createWorld, etag, id, jsonOf, openFiles, type World } from './world.ts'

const content = jsonOf(10_000)
const other = jsonOf(10_000, 'updated')
const part = ['out.json.part', 'out.json.part.json']

describe('goes on where it broke off', () => {
  test('within a call, as often as it breaks off', async () => {
    const world = await createWorld({ content }, [{ after: 4_000 }, { after: 1 }, { after: 2_000 }])
    expect(await world.download()).toEqual({ path: world.to, bytes: content.length })
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', 'bytes=4001-', 'bytes=6001-'])
    expect(world.server.requests.map(({ headers }) => headers['if-match'])).toEqual([
      undefined,
      etag,
      etag,
      etag,
    ])
    expect(await world.saved()).toBe(content)
    expect(await world.names()).toEqual(['out.json'])
  })

  test.each([
    ['the id', id],
    ['a job', completedJob(id)],
    ['a job that was kept as JSON', JSON.parse(JSON.stringify(completedJob(id)))],
  ])('in the next call, by %s, in the same part', async (_, refOrJob) => {
    const world = await createWorld({ content }, [{ after: 4_000 }])
    await world.abandon(4_000)
    expect(await world.names()).toEqual(part)
    const { ino } = await lstat(world.part)
    await world.download({}, refOrJob)
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-'])
    expect(await world.saved()).toBe(content)
    expect((await lstat(world.to)).ino).toBe(ino)
  })

  test.each([
    ['once, for a job that knows its URL', async () => completedJob(id), 1],
    ['again and again, where that fails', () => Promise.reject(new Error('not now')), 2],
  ])('by the id, without a wait: it looks the export up %s', async (_, look, expected) => {
    // So much at once that no pause is made.
    const large = jsonOf(3_500_000)
    const world = await createWorld({ content: large }, [{ after: 1_100_000 }, { after: 1_100_000 }])
    const looks = vi.spyOn(world, 'look').mockImplementation(look)
    await world.download({ wait: undefined })
    expect(world.server.ranges).toEqual([undefined, 'bytes=1100000-', 'bytes=2200000-'])
    expect(looks).toHaveBeenCalledTimes(expected)
    expect(await world.saved()).toBe(large)
  })

  test('into a folder, and lets go of what it was told the name by', async () => {
    const headers = { 'content-disposition': 'attachment; filename=out.json' }
    const large = { content: jsonOf(8_000_000) }
    const world = await createWorld(large, [{ after: 4_000 }, { headers }, { range: [4_000, 5_000] }])
    await world.abandon(4_000)
    await world.download({ to: `${world.folder}/` })
    expect(world.server.ranges).toEqual([undefined, undefined, 'bytes=4000-', 'bytes=5000-'])
    expect(await world.saved()).toBe(large.content)
    await expect.poll(() => world.server.open).toBe(0)
  })

  test('a server that sends less than it was asked for is asked for the rest', async () => {
    const world = await createWorld({ content }, [{ after: 4_000 }, { range: [4_000, 4_100] }])
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', 'bytes=4100-'])
    expect(await world.saved()).toBe(content)
  })

  test('a server that does not repeat the size is held to the one that it told', async () => {
    const headers = { 'content-range': 'bytes 4000-9999/*' }
    const world = await createWorld({ content }, [{ after: 4_000 }, { headers, after: 2_000 }])
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', 'bytes=6000-'])
    expect(await world.saved()).toBe(content)
  })

  test('a part that is whole by the size that was told needs no request', async () => {
    const world = await createWorld({ content })
    await world.abandon(content.length)
    expect(await world.names()).toEqual(part)
    await world.download()
    expect(world.server.ranges).toEqual([undefined])
    expect(await world.saved()).toBe(content)
  })

  test('a part that is whole lets go of the file that was opened for its name', async () => {
    const headers = { 'content-disposition': 'attachment; filename=out.json' }
    const world = await createWorld({ content: jsonOf(8_000_000) }, [undefined, { headers }])
    await world.abandon(world.server.file.content.length)
    await world.download({ to: `${world.folder}/` })
    expect(world.server.requests).toHaveLength(2)
    await expect.poll(() => world.server.open).toBe(0)
  })

  test('a refusal of a range at the end proves nothing: it is fetched again', async () => {
    const world = await createWorld({ content }, [{ framing: 'chunked', after: content.length, hangs: true }])
    await world.abandon(content.length)
    await world.download()
    expect(world.server.ranges).toEqual([undefined, `bytes=${content.length}-`, undefined])
    expect(await world.saved()).toBe(content)
  })
})

describe('never makes one file of two versions', () => {
  const changed: [what: string, after: Partial<ServedFile>, twist: Twist][] = [
    ['another ETag', { content: other, etag: '"version-2"' }, {}],
    ['none any more', { content: other, etag: undefined }, {}],
    ['a weak one', { content: other, etag: `W/${etag}` }, {}],
    ['a part of another ETag', { content: other }, { headers: { etag: '"version-2"' } }],
    ['a part without one', { content: other }, { headers: { etag: undefined } }],
    ['a part of a weak one', { content: other }, { headers: { etag: `W/${etag}` } }],
    ['another size', { content: `${other} ` }, {}],
    ['a part that begins elsewhere', { content: other }, { range: [3_999, other.length] }],
    ['the whole', { content: other }, { range: false }],
    ['a file that is shorter than the part', { content: other.slice(0, 1_000) }, {}],
  ]

  test.each(changed)('between two attempts: %s', async (what, after, twist) => {
    const world = await createWorld({ content }, (_, count) => {
      if (count === 1) return { after: 4_000 }
      Object.assign(world.server.file, after)
      return count === 2 ? twist : undefined
    })
    await world.download()
    expect(await world.saved()).toBe(after.content)
    // The whole that came unasked for is not asked for once more.
    const again = what === 'the whole' ? [] : [undefined]
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', ...again])
  })

  test.each(changed)('between two calls: %s', async (_, after, twist) => {
    const world = await createWorld({ content }, [{ after: 4_000 }, twist])
    await world.abandon(4_000)
    Object.assign(world.server.file, after)
    await world.download()
    expect(await world.saved()).toBe(after.content)
  })

  test('a part that does not tell where it begins is refused, and what was there stays', async () => {
    const world = await createWorld({ content }, [
      { after: 4_000 },
      { headers: { 'content-range': 'bytes' } },
    ])
    const error = await caughtError(world.download())
    expect(error).toMatchObject({ name: 'ResponseError', code: 'unexpected-shape' })
    expect(await world.names()).toEqual(part)
    expect(await world.saved(world.part)).toBe(content.slice(0, 4_000))
  })

  test.each([[undefined], [`W/${etag}`], ['""'], ['version-1'], ['"a"b"']])(
    'an ETag of %j tells no version: it begins at zero in another file',
    async (weak) => {
      const world = await createWorld({ content, etag: weak }, [{ after: 4_000 }, { after: 5_000 }])
      await world.abandon(4_000)
      // While it is open, nothing else gets its number.
      const old = await open(world.part)
      onTestFinished(() => old.close())
      await world.download()
      expect(world.server.ranges).toEqual([undefined, undefined, undefined])
      expect(await world.saved()).toBe(content)
      expect((await lstat(world.to)).ino).not.toBe((await old.stat()).ino)
      expect(await old.readFile('utf8')).toEqual(content.slice(0, 4_000))
    },
  )
})

test('a body that comes compressed is not gone on with: its bytes are not those of the file', async () => {
  const text = JSON.stringify(randomBytes(150_000).toString('base64'))
  const headers = { 'content-encoding': 'gzip' }
  const world = await createWorld({ content: gzipSync(text) }, (_, count) => ({
    headers,
    ...(count === 1 && { after: 100_000 }),
  }))
  await world.download()
  expect(world.server.ranges).toEqual([undefined, undefined])
  expect(await world.saved()).toBe(text)
})

describe('adds to nothing else than its own part', () => {
  const withNote = (change: object) => async (world: World) => {
    const note = JSON.parse(await readFile(world.note, 'utf8'))
    await writeFile(world.note, JSON.stringify({ ...note, ...change }))
  }
  const victim = async (world: World) => {
    await rm(world.part)
    await writeFile(join(world.folder, 'victim'), content.slice(0, 4_000))
    return join(world.folder, 'victim')
  }

  test.each<[what: string, tamper: (world: World) => unknown]>([
    ['without a note', ({ note }) => rm(note)],
    ['with a torn note', async ({ note }) => writeFile(note, (await readFile(note)).subarray(0, -1))],
    ['with a note that is no note', ({ note }) => writeFile(note, '[]')],
    ['with somebody else`s note', withNote({ kind: 'something' })],
    ['with a note of a later version', withNote({ version: 2 })],
    ['of another export', withNote({ ref: 'exp-2' })],
    ['of another vendor', withNote({ vendor: 'anaconda' })],
    ['of a weak ETag', withNote({ etag: `W/${etag}` })],
    ['of no ETag', withNote({ etag: undefined })],
    ['of a size that is none', withNote({ size: '10000' })],
    ['longer than the noted size', withNote({ size: 3_999 })],
    ['that is gone', ({ part }) => rm(part)],
    ['that is empty', ({ part }) => writeFile(part, '')],
    ['that is a link', async (world) => symlink(await victim(world), world.part)],
    ['that has another name, too', async (world) => link(await victim(world), world.part)],
    ['that is somebody else`s', () => vi.spyOn(process, 'getuid').mockReturnValueOnce(-1)],
  ])('a part %s is not used', async (_, tamper) => {
    const world = await createWorld({ content }, [{ after: 4_000 }])
    await world.abandon(4_000)
    await tamper(world)
    await world.download()
    expect(world.server.ranges).toEqual([undefined, undefined])
    expect(await world.saved()).toBe(content)
    const names = await world.names()
    expect(names.filter((name) => name !== 'victim')).toEqual(['out.json'])
    if (names.includes('victim'))
      expect(await world.saved(join(world.folder, 'victim'))).toEqual(content.slice(0, 4_000))
    expect(await openFiles(world.folder)).toEqual([])
  })

  test('where the system knows no owners, a part is used', async () => {
    const world = await createWorld({ content }, [{ after: 4_000 }])
    await world.abandon(4_000)
    const { getuid } = process
    onTestFinished(() => void Object.assign(process, { getuid }))
    Object.assign(process, { getuid: undefined })
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-'])
  })
})

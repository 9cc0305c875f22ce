import { randomBytes } from 'node:crypto'
import { link, lstat, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { caught } from '../support/caught.ts'
import type { ServedFile, Twist } from '../support/file-server.ts'
import { completedJob, createWorld, etag, id, jsonOf, openFiles, type World } from './world.ts'

const content = jsonOf(10_000)
const other = jsonOf(10_000, 'updated')
const part = ['out.json.part', 'out.json.part.json']

describe('resumes where it broke off', () => {
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

  test('by the id, without a wait: the export is polled once', async () => {
    // So much progress that no pause follows.
    const large = jsonOf(3_500_000)
    const world = await createWorld({ content: large }, [{ after: 1_100_000 }, { after: 1_100_000 }])
    const polls = vi.spyOn(world, 'look')
    await world.download({ wait: undefined })
    expect(world.server.ranges).toEqual([undefined, 'bytes=1100000-', 'bytes=2200000-'])
    expect(polls).toHaveBeenCalledTimes(1)
    expect(await world.saved()).toBe(large)
  })

  test('into a folder, and discards the download that told the name', async () => {
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

  test.each([
    ['the rest', content.slice(4_000)],
    ['a few bytes', content.slice(0, 5)],
  ])('%s of the same version, said to be the whole, is not: it is asked for again', async (_, body) => {
    const world = await createWorld({ content }, [{ after: 4_000 }, { status: 200, body, range: false }])
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', undefined])
    expect(await world.saved()).toBe(content)
  })

  test('a server that does not repeat the size must keep the one it announced', async () => {
    const headers = { 'content-range': 'bytes 4000-9999/*' }
    const world = await createWorld({ content }, [{ after: 4_000 }, { headers, after: 2_000 }])
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', 'bytes=6000-'])
    expect(await world.saved()).toBe(content)
  })

  test.each(['Bytes 4000-9999/*', 'bytes  4000 - 9999 / * ', 'BYTES 4000-9999/*'])(
    'a server that writes the range as %j is understood',
    async (range) => {
      const headers = { 'content-range': range }
      const world = await createWorld({ content }, [{ after: 4_000 }, { headers }])
      await world.download()
      expect(world.server.ranges).toEqual([undefined, 'bytes=4000-'])
      expect(await world.saved()).toBe(content)
    },
  )

  test.each(['bytes=4000-9999/*', 'bytes 4000-9999', 'bytes -/*', undefined])(
    'a server that writes it as %j is asked for the whole file',
    async (range) => {
      const headers = { 'content-range': range }
      const world = await createWorld({ content }, (_, count) =>
        count === 1 ? { after: 4_000 } : { headers },
      )
      await world.download()
      expect(world.server.ranges).toEqual([undefined, 'bytes=4000-', undefined])
      expect(await world.saved()).toBe(content)
    },
  )

  test('a part that has the announced size needs no request', async () => {
    const world = await createWorld({ content })
    await world.abandon(content.length)
    expect(await world.names()).toEqual(part)
    await world.download()
    expect(world.server.ranges).toEqual([undefined])
    expect(await world.saved()).toBe(content)
  })

  test('a complete part discards the download that was opened for its name', async () => {
    const headers = { 'content-disposition': 'attachment; filename=out.json' }
    const world = await createWorld({ content: jsonOf(8_000_000) }, [undefined, { headers }])
    await world.abandon(world.server.file.content.length)
    await world.download({ to: `${world.folder}/` })
    expect(world.server.requests).toHaveLength(2)
    await expect.poll(() => world.server.open).toBe(0)
  })

  test('a refused range at the end proves nothing: the file is fetched again', async () => {
    const world = await createWorld({ content }, [{ framing: 'chunked', after: content.length, hangs: true }])
    await world.abandon(content.length)
    await world.download()
    expect(world.server.ranges).toEqual([undefined, `bytes=${content.length}-`, undefined])
    expect(await world.saved()).toBe(content)
  })
})

describe('a run that was killed', () => {
  /** Leaves what a killed run leaves that has saved 4,000 bytes, after something has changed it. */
  async function kill(change: (part: Buffer) => Uint8Array, told: object = {}) {
    const world = await createWorld({ content }, [{ after: 4_000, hangs: true }])
    let now = performance.now()
    const time = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1_000))
    const controller = new AbortController()
    const downloading = caught(world.download({ signal: controller.signal }))
    await vi.waitUntil(async () => (await world.saved(world.note).catch(() => '')).includes('"bytes":4000'))
    const [part, note] = [await readFile(world.part), await world.saved(world.note)]
    controller.abort('killed')
    expect(await downloading).toBe('killed')
    time.mockRestore()
    await writeFile(world.part, change(part))
    await writeFile(world.note, JSON.stringify({ ...JSON.parse(note), ...told }))
    await world.download()
    expect(await world.saved()).toBe(content)
    return world.server.ranges
  }

  test.each<[what: string, change: (part: Buffer) => Uint8Array]>([
    ['what it has kept', (part) => part],
    ['zeros behind', (part) => Buffer.concat([part, Buffer.alloc(2_000)])],
    ['more than the file has', (part) => Buffer.concat([part, Buffer.alloc(20_000)])],
  ])('is resumed from what it has kept: %s', async (_, change) => {
    expect(await kill(change)).toEqual([undefined, 'bytes=4000-'])
  })

  test.each<[what: string, change: (part: Buffer) => Uint8Array, told?: object]>([
    ['zeros in it', (part) => Buffer.from(part).fill(0, 3_000)],
    ['less than it has kept', (part) => part.subarray(0, 3_999)],
    ['a note of no bytes', (part) => part, { bytes: undefined }],
    ['a note of no checksum', (part) => part, { checksum: undefined }],
    ['a note of a word', (part) => part, { bytes: 'many' }],
  ])('begins anew with %s', async (_, change, told) => {
    expect(await kill(change, told)).toEqual([undefined, undefined])
  })
})

describe('never mixes two versions in one file', () => {
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
    ['a file that is shorter than the part', { content: jsonOf(1_000) }, {}],
  ]

  test.each(changed)('between two attempts: %s', async (what, after, twist) => {
    const world = await createWorld({ content }, (_, count) => {
      if (count === 1) return { after: 4_000 }
      Object.assign(world.server.file, after)
      return count === 2 ? twist : undefined
    })
    await world.download()
    expect(await world.saved()).toBe(after.content)
    // The whole file that came instead of a range is not requested again.
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

  test.each([[undefined], [`W/${etag}`], ['""'], ['version-1'], ['"a"b"']])(
    'an ETag of %j identifies no version: the download starts over',
    async (weak) => {
      const world = await createWorld({ content, etag: weak }, [{ after: 4_000 }, { after: 5_000 }])
      await world.abandon(4_000)
      await world.download()
      expect(world.server.ranges).toEqual([undefined, undefined, undefined])
      expect(await world.saved()).toBe(content)
    },
  )
})

test('a compressed body is not resumed: its ranges count other bytes', async () => {
  const text = JSON.stringify([randomBytes(150_000).toString('base64')])
  const headers = { 'content-encoding': 'gzip' }
  const world = await createWorld({ content: gzipSync(text) }, (_, count) => ({
    headers,
    ...(count === 1 && { after: 100_000 }),
  }))
  await world.download()
  expect(world.server.ranges).toEqual([undefined, undefined])
  expect(await world.saved()).toBe(text)
})

describe('appends only to its own part', () => {
  const withNote = (change: object) => async (world: World) => {
    const note = JSON.parse(await readFile(world.note, 'utf8'))
    await writeFile(world.note, JSON.stringify({ ...note, ...change }))
  }
  const victim = async (world: World) => {
    await rm(world.part)
    await writeFile(join(world.folder, 'victim'), content.slice(0, 4_000))
    return join(world.folder, 'victim')
  }

  type Tamper = (world: World) => unknown

  test.each<[what: string, tamper: Tamper]>([
    ['of another export', withNote({ ref: 'exp-2' })],
    ['of another server', withNote({ server: '0' })],
    ['of another vendor', withNote({ vendor: 'anaconda' })],
    ['of a later version', withNote({ version: 2 })],
    ['of a weak ETag', withNote({ etag: `W/${etag}` })],
    ['of no ETag', withNote({ etag: undefined })],
    ['of a size that is none', withNote({ size: '10000' })],
    ['longer than the noted size', withNote({ size: 3_999 })],
    ['with other bytes than were noted', withNote({ checksum: 1 })],
    ['of which the note is empty', ({ note }) => writeFile(note, '')],
    ['that is gone', ({ part }) => rm(part)],
    ['that is empty', ({ part }) => writeFile(part, '')],
    ['that has another name, too', async (world) => link(await victim(world), world.part)],
  ])('a part %s is ours, and begun anew', async (_, tamper) => {
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

  const notOurs: [what: string, tamper: Tamper][] = [
    ['a part without a note', ({ note }) => rm(note)],
    ['a part with a torn note', async ({ note }) => writeFile(note, (await readFile(note)).subarray(0, -1))],
    ['a part whose note is not a note', ({ note }) => writeFile(note, '[]')],
    ['a part with a note that is null', ({ note }) => writeFile(note, 'null')],
    ['a part with a note of another program', withNote({ kind: 'something' })],
    [
      'a part with a note that is a link',
      async ({ note, folder }) => moveAndLink(note, join(folder, 'away')),
    ],
    ['a part that is a link', async (world) => symlink(await victim(world), world.part)],
    ['a part that is a folder', async ({ part }) => rm(part).then(() => mkdir(part))],
    ['a note that is a folder', async ({ note }) => rm(note).then(() => mkdir(note))],
    [
      'a note that is large',
      ({ note }) => writeFile(note, `{"kind":"export-jobs/download","x":"${'x'.repeat(70_000)}"}`),
    ],
  ]
  const moveAndLink = async (from: string, to: string) => {
    await rename(from, to)
    await symlink(to, from)
  }

  test.each(notOurs)('%s is not ours: it stays, and the part gets another name', async (_, tamper) => {
    const world = await createWorld({ content }, [{ after: 4_000 }, { after: 5_000 }])
    await world.abandon(4_000)
    await tamper(world)
    const before = await world.snapshot()
    await world.abandon(5_000)
    expect(await world.snapshot()).toMatchObject(before)
    expect(await world.names()).toContain('out.json.1.part')
    await world.download()
    expect(world.server.ranges).toEqual([undefined, undefined, 'bytes=5000-'])
    expect(await world.saved()).toBe(content)
    expect(await world.snapshot()).toEqual({ ...before, 'out.json': content })
    expect(await openFiles(world.folder)).toEqual([])
  })

  test('another user`s note is ignored', async () => {
    const world = await createWorld({ content }, [{ after: 4_000 }])
    await world.abandon(4_000)
    const before = await world.snapshot()
    const { getuid } = process
    onTestFinished(() => void Object.assign(process, { getuid }))
    Object.assign(process, { getuid: () => -1 })
    await world.download()
    expect(world.server.ranges).toEqual([undefined, undefined])
    expect(await world.snapshot()).toEqual({ ...before, 'out.json': content })
  })

  test('on a system without owners, a part is used', async () => {
    const world = await createWorld({ content }, [{ after: 4_000 }])
    await world.abandon(4_000)
    const { getuid } = process
    onTestFinished(() => void Object.assign(process, { getuid }))
    Object.assign(process, { getuid: undefined })
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-'])
  })
})

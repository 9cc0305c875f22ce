import { linkSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, link, lstat, mkdir, open, rm, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { caught, caughtError } from '../support/caught.ts'
import { createWorld, etag, jsonOf, openFiles } from './world.ts'

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>()
  return { ...actual, lstat: vi.fn(actual.lstat) }
})
vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>()
  return { ...actual, linkSync: vi.fn(actual.linkSync) }
})
const { linkSync: actualLink } = await vi.importActual<typeof import('node:fs')>('node:fs')
const actual = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')
afterEach(() => {
  vi.restoreAllMocks()
  vi.mocked(linkSync).mockImplementation(actualLink)
  vi.mocked(lstat).mockImplementation(actual.lstat as never)
})

const content = jsonOf(10_000)

test('a folder at the path of the part stays', async () => {
  const world = await createWorld({ content })
  await mkdir(world.part)
  await world.download()
  expect(await world.saved()).toBe(content)
  expect((await lstat(world.part)).isDirectory()).toBe(true)
})

test('a full disk rejects with the error of Node; the next call downloads the file', async () => {
  const world = await createWorld({ content: jsonOf(8_000_000) })
  const handle = await open(world.to, 'w')
  const prototype = Object.getPrototypeOf(handle)
  await handle.close()
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  const { writev } = prototype
  let count = 0
  vi.spyOn(prototype, 'writev').mockImplementation(function (this: unknown, ...request: unknown[]) {
    return ++count === 3 ? Promise.reject(full) : Reflect.apply(writev, this, request)
  })
  expect(await caught(world.download({ overwrite: true }))).toBe(full)
  expect(world.server.requests).toHaveLength(1)
  expect(await openFiles(world.folder)).toEqual([])
  await expect.poll(() => world.server.open).toBe(0)
  await world.download({ overwrite: true })
  expect(world.server.requests).toHaveLength(2)
  expect(await world.saved()).toBe(world.server.file.content)
})

test('only the owner can read part, note and file', async () => {
  const world = await createWorld({ content }, [{ after: 4_000 }])
  await world.abandon(4_000)
  const modes = async (...paths: string[]) =>
    (await Promise.all(paths.map((path) => lstat(path)))).map(({ mode }) => mode & 0o777)
  expect(await modes(world.part, world.note)).toEqual([0o600, 0o600])
  await world.download()
  expect(await modes(world.to)).toEqual([0o600])
})

test('the note holds no URL and no secret', async () => {
  const world = await createWorld({ content }, [{ after: 4_000 }])
  await world.abandon(4_000)
  expect(JSON.parse(await world.saved(world.note))).toEqual({
    kind: 'export-jobs/download',
    version: 1,
    vendor: 'tyk',
    server: expect.stringMatching(/^[0-9a-f]{32}$/),
    ref: 'exp-1',
    etag,
    size: content.length,
    format: 'json',
    bytes: 4_000,
    checksum: expect.any(Number),
  })
})

test('a file that appears during the download is not overwritten', async () => {
  const world = await createWorld({ content }, [{ after: 4_000 }])
  const onProgress = () => void writeFile(world.to, 'precious')
  expect(await caughtError(world.download({ onProgress }))).toMatchObject({ code: 'invalid-option' })
  expect(await world.saved()).toBe('precious')
  expect(await world.saved(world.part)).toBe(content)
})

test('a file that appears at the last moment is not overwritten', async () => {
  const world = await createWorld({ content })
  vi.mocked(linkSync).mockImplementationOnce((from, to) => {
    writeFileSync(to, 'precious')
    linkSync(from, to)
  })
  expect(await caughtError(world.download())).toMatchObject({ code: 'invalid-option' })
  expect(await world.saved()).toBe('precious')
  expect(await world.saved(world.part)).toBe(content)
})

test.each(['EPERM', 'ENOTSUP', 'EXDEV'])(
  'without hard links (%s), the file gets its name too',
  async (code) => {
    const refuse = () => {
      throw Object.assign(new Error('no links'), { code })
    }
    const world = await createWorld({ content }, (_, count) => (count === 1 ? undefined : { after: 4_000 }))
    vi.mocked(linkSync).mockImplementationOnce(refuse)
    await world.download()
    expect(await world.snapshot()).toEqual({ 'out.json': content })
    await rm(world.to)
    vi.mocked(linkSync).mockImplementationOnce(() => {
      writeFileSync(world.to, 'precious')
      refuse()
    })
    expect(await caughtError(world.download())).toMatchObject({ code: 'invalid-option' })
    expect(await world.saved()).toBe('precious')
  },
)

test('if the file system fails to rename, its error is thrown', async () => {
  const world = await createWorld({ content })
  vi.mocked(linkSync).mockImplementationOnce(() => {
    throw Object.assign(new Error('broken'), { code: 'EIO' })
  })
  expect(await caught(world.download())).toMatchObject({ code: 'EIO' })
  expect(await world.saved(world.part)).toBe(content)
})

test.each([0o600, 0o640, 0o444])('the file gets the permissions that are asked for: %o', async (mode) => {
  const world = await createWorld({ content })
  await world.download({ mode })
  expect((await lstat(world.to)).mode & 0o777).toBe(mode)
})

test.each([[-1], [0o1000], [1.5], ['0600'], [null]])('no permissions are %j', async (mode) => {
  const world = await createWorld({ content })
  expect(await caughtError(world.download({ mode: mode as never }))).toMatchObject({ code: 'invalid-option' })
  expect(world.server.requests).toHaveLength(0)
})

test('what a process left that was killed between the last two steps is removed', async () => {
  const world = await createWorld({ content })
  await world.abandon(content.length)
  await link(world.part, world.to)
  expect(await caughtError(world.download())).toMatchObject({ code: 'invalid-option' })
  expect(await world.snapshot()).toEqual({ 'out.json': content })
})

test('a part that another program removed is not moved into place', async () => {
  const world = await createWorld({ content })
  const onProgress = () => void rmSync(world.part, { force: true })
  expect(await caughtError(world.download({ onProgress }))).toMatchObject({ code: 'invalid-option' })
  expect(await world.names()).not.toContain('out.json')
  await world.download()
  expect(await world.saved()).toBe(content)
})

test('a part that another program replaced is neither moved into place nor removed', async () => {
  const world = await createWorld({ content })
  const onProgress = () => {
    rmSync(world.part, { force: true })
    writeFileSync(world.part, 'precious')
  }
  expect(await caughtError(world.download({ onProgress }))).toMatchObject({ code: 'invalid-option' })
  await world.download()
  expect(await world.snapshot()).toEqual({ 'out.json.part': 'precious', 'out.json': content })
})

describe('on Windows, where the ids of a path and of an open file differ', () => {
  const tell = (change: object) =>
    vi
      .mocked(lstat)
      .mockImplementation((async (...request: Parameters<typeof lstat>) =>
        Object.assign(await actual.lstat(...request), change)) as never)

  test.each<[what: string, change: object]>([
    ['both are 0', { dev: 0n, ino: 0n }],
    ['the volume is 0', { dev: 0n }],
    ['others', { dev: 7n, ino: 7_000_000_000_000_000_001n }],
  ])('%s: it is saved', async (_, change) => {
    const world = await createWorld({ content }, [{ after: 4_000 }])
    tell(change)
    await world.abandon(4_000)
    await world.download()
    expect(world.server.ranges).toEqual([undefined, 'bytes=4000-'])
    expect(await world.snapshot()).toEqual({ 'out.json': content })
  })

  test('both are 0: a replaced part is still detected', async () => {
    const world = await createWorld({ content }, [{ after: 4_000 }])
    tell({ dev: 0n, ino: 0n })
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes < content.length) return
      rmSync(world.part, { force: true })
      writeFileSync(world.part, 'precious')
    }
    expect(await caughtError(world.download({ onProgress }))).toMatchObject({ code: 'invalid-option' })
    expect(await world.saved(world.part)).toBe('precious')
  })
})

test('a file is overwritten atomically', async () => {
  const world = await createWorld({ content }, [{ after: 4_000 }])
  await writeFile(world.to, 'old')
  await chmod(world.to, 0o644)
  const seen = new Set<string>()
  const reading: Promise<unknown>[] = []
  const onProgress = () => void reading.push(world.saved().then((text) => seen.add(text)))
  await world.download({ overwrite: true, onProgress })
  await Promise.all(reading)
  expect([...seen].filter((text) => text !== content)).toEqual(['old'])
  expect(await world.saved()).toBe(content)
})

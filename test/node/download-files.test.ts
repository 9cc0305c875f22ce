import { chmod, lstat, mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { caught, caughtError } from '../support/caught.ts'
import { createWorld, etag, jsonOf, openFiles } from './world.ts'

const content = jsonOf(10_000)

test('a folder that is not there comes out as Node says it', async () => {
  const world = await createWorld({ content: jsonOf(8_000_000) })
  const to = join(world.folder, 'missing', 'out.json')
  expect(await caught(world.download({ to }))).toMatchObject({ code: 'ENOENT' })
  expect(world.server.requests).toHaveLength(0)
})

test('a folder in the place of the part stays', async () => {
  const world = await createWorld({ content })
  await mkdir(world.part)
  expect(await caught(world.download())).toMatchObject({ code: 'ERR_FS_EISDIR' })
  expect((await lstat(world.part)).isDirectory()).toBe(true)
})

test('a folder in the place of the file stays, and so does the part', async () => {
  const world = await createWorld({ content })
  await mkdir(world.to)
  expect(await caught(world.download({ overwrite: true }))).toMatchObject({ code: 'EISDIR' })
  expect(await world.saved(world.part)).toBe(content)
})

test('a name that is too long comes out as Node says it', async () => {
  const world = await createWorld({ content })
  const to = join(world.folder, 'x'.repeat(252))
  expect(await caught(world.download({ to }))).toMatchObject({ code: 'ENAMETOOLONG' })
})

test('a disk that is full comes out as Node says it; what was written is gone on with', async () => {
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
  const { size } = await lstat(world.part)
  await world.download({ overwrite: true })
  expect(world.server.ranges).toEqual([undefined, `bytes=${size}-`])
  expect(await world.saved()).toBe(world.server.file.content)
})

test('part, note and file are their owner`s alone', async () => {
  const world = await createWorld({ content }, [{ after: 4_000 }])
  await world.abandon(4_000)
  const modes = async (...paths: string[]) =>
    (await Promise.all(paths.map((path) => lstat(path)))).map(({ mode }) => mode & 0o777)
  expect(await modes(world.part, world.note)).toEqual([0o600, 0o600])
  await world.download()
  expect(await modes(world.to)).toEqual([0o600])
})

test('the note tells neither where the file came from nor a secret', async () => {
  const world = await createWorld({ content }, [{ after: 4_000 }])
  await world.abandon(4_000)
  expect(JSON.parse(await world.saved(world.note))).toEqual({
    kind: 'export-jobs/download',
    version: 1,
    vendor: 'tyk',
    ref: 'exp-1',
    etag,
    size: content.length,
  })
})

test('a file that appears meanwhile is not overwritten', async () => {
  const world = await createWorld({ content }, [{ after: 4_000 }])
  const onProgress = () => void writeFile(world.to, 'precious')
  expect(await caughtError(world.download({ onProgress }))).toMatchObject({ code: 'invalid-option' })
  expect(await world.saved()).toBe('precious')
  expect(await world.saved(world.part)).toBe(content)
})

test('a file that is overwritten is so in one go', async () => {
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

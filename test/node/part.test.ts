import { lstat, open, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createPart, findPart, isStrong } from '../../src/node/part.ts'
import { caught, caughtError } from '../support/caught.ts'
import { makeFolder } from './world.ts'

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>()
  return { ...actual, rename: vi.fn(actual.rename) }
})
afterEach(() => vi.restoreAllMocks())

const owner = { vendor: 'tyk', ref: { exportId: 'e', runId: 'r' } }
const version = { etag: '"v1"', size: 6 }
const taken = { name: 'ConfigurationError', code: 'invalid-option' }

async function makePart() {
  const folder = await makeFolder()
  const path = join(folder, 'out.part')
  const part = await createPart(path, owner, version)
  onTestFinished(() => part.close())
  return { folder, path, part, target: join(folder, 'out') }
}

test('is found again by its owner, and added to', async () => {
  const { path, part, target } = await makePart()
  await part.write(Buffer.from('abc'))
  await part.flush()
  const again = await findPart(path, owner)
  expect(again).toMatchObject({ ...version, path, bytes: 3 })
  await again?.write(Buffer.from('def'))
  expect(again?.bytes).toBe(6)
  await again?.flush()
  await again?.moveTo(target)
  await again?.close()
  expect(await readFile(target, 'utf8')).toBe('abcdef')
})

test('is read from any byte on, whatever lies under its name by then', async () => {
  const { path, part } = await makePart()
  await part.write(Buffer.from('abcdef'))
  await part.flush()
  await rm(path)
  await writeFile(path, 'somebody else`s')
  let text = ''
  for await (const chunk of part.read(2, undefined)) text += chunk
  expect(text).toBe('cdef')
})

test('is on the disk before it has its final name', async () => {
  const { path, part, target } = await makePart()
  const handle = await open(path)
  const sync = vi.spyOn(Object.getPrototypeOf(handle), 'sync')
  await handle.close()
  await part.moveTo(target)
  expect(sync.mock.invocationCallOrder[0]).toBeLessThan(
    vi.mocked(rename).mock.invocationCallOrder.at(-1) ?? 0,
  )
})

test('begun anew, it takes a link away and leaves alone what that led to', async () => {
  const { folder, path } = await makePart()
  for (const name of [path, `${path}.json`]) {
    await rm(name)
    await symlink(join(folder, 'victim'), name)
  }
  await writeFile(join(folder, 'victim'), 'precious')
  const part = await createPart(path, owner, version)
  await part.write(Buffer.from('abc'))
  await part.close()
  expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('precious')
  expect((await lstat(path)).isFile()).toBe(true)
  await part.discard()
  expect(await readdir(folder)).toEqual(['victim'])
})

describe('where another download takes its place', () => {
  test.each<[what: string, take: (path: string) => Promise<unknown>]>([
    ['by beginning anew', (path) => createPart(path, owner, version).then((other) => other.close())],
    ['by putting it in place', (path) => rm(path)],
    ['with a link', (path) => rm(path).then(() => symlink('/etc/passwd', path))],
  ])('%s, nothing is put in place', async (_, take) => {
    const { path, part, target } = await makePart()
    await take(path)
    expect(await caughtError(part.moveTo(target))).toMatchObject(taken)
    expect(await caught(lstat(target))).toMatchObject({ code: 'ENOENT' })
  })

  test('at the last moment, it says so', async () => {
    const { path, part, target } = await makePart()
    const [move] = [vi.mocked(rename).getMockImplementation() as typeof rename]
    vi.mocked(rename).mockImplementationOnce(async (...names) => {
      await rm(path)
      return move(...names)
    })
    expect(await caughtError(part.moveTo(target))).toMatchObject(taken)
  })

  test('while it begins, one of the two begins', async () => {
    const path = join(await makeFolder(), 'out.part')
    for (let round = 0; round < 20; round++) {
      const both = [createPart(path, owner, version), createPart(path, owner, version)]
      for (const end of await Promise.allSettled(both)) {
        if (end.status === 'fulfilled') await end.value.close()
        else expect(end.reason).toMatchObject(taken)
      }
    }
  })
})

test.each([
  ['"a"', true],
  ['"!#~"', true],
  ['""', false],
  ['"a', false],
  ['a"', false],
  ['"a b"', false],
  ['"a"b"', false],
  ['"\u00e9"', false],
  ['W/"a"', false],
  ['w/"a"', false],
  [undefined, false],
  [['"a"'], false],
])('%j tells every byte: %j', (etag, isIt) => expect(isStrong(etag)).toBe(isIt))

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { acquireLock } from '../../src/node/file-lock.ts'
import { identifyProcess } from '../../src/node/process-identity.ts'
import { caughtError } from '../support/caught.ts'
import { makeFolder } from './world.ts'

const live = {
  name: 'ConfigurationError',
  code: 'invalid-option',
  message: expect.stringContaining('Another run is working on x'),
}

const makePath = async () => join(await makeFolder(), 'x.lock')
const namesOf = (path: string) => readdir(join(path, '..'))

/** Writes the lock of another process. */
async function leave(path: string, change: object, age = 0) {
  const self = await identifyProcess()
  await writeFile(
    path,
    JSON.stringify({ kind: 'export-jobs/lock', id: '0123456789abcdef', ...self, ...change }),
  )
  const at = new Date(Date.now() - age)
  await utimes(path, at, at)
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid as number
}

describe('a lock', () => {
  test('has one holder, and is removed when released', async () => {
    const path = await makePath()
    const lock = await acquireLock(path, 'x')
    const error = await caughtError(acquireLock(path, 'x'))
    expect(error).toMatchObject(live)
    expect(error.message).toContain(`process ${process.pid}`)
    expect(error.advice).not.toMatch(/remove/i)
    await lock.release()
    expect(await namesOf(path)).toEqual([])
    await (await acquireLock(path, 'x')).release()
  })

  test('of another run is not removed by one that was suspended, and that it has taken over from', async () => {
    const path = await makePath()
    const lock = await acquireLock(path, 'x')
    await rm(path)
    const next = await acquireLock(path, 'x')
    await lock.release()
    expect(await caughtError(acquireLock(path, 'x'))).toMatchObject(live)
    await next.release()
    expect(await namesOf(path)).toEqual([])
  })

  test('is acquired by exactly one of many at once, also if a dead holder left it', async () => {
    for (const isDead of [false, true]) {
      const path = await makePath()
      const pid = await deadPid()
      for (let round = 0; round < 10; round++) {
        if (isDead) await leave(path, { pid })
        const ends = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(path, 'x')))
        const taken = ends.filter((end) => end.status === 'fulfilled')
        expect(taken).toHaveLength(1)
        for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject(live)
        await taken[0]?.value.release()
        expect(await namesOf(path)).toEqual([])
      }
    }
  })
})

describe('is taken over', () => {
  test.each<[what: string, change: () => Promise<object> | object, age?: number]>([
    ['from a process that has ended', async () => ({ pid: await deadPid() })],
    ['from one whose id another process has now', () => ({ startedAt: '1' })],
    ['from another machine that shows no sign of life', () => ({ machine: 'elsewhere' }), 31_000],
    ['if only the id is known, without a sign of life', () => ({ startedAt: undefined }), 31_000],
  ])('%s', async (_, change, age) => {
    const path = await makePath()
    await leave(path, await change(), age)
    await (await acquireLock(path, 'x')).release()
    expect(await namesOf(path)).toEqual([])
  })

  test('when its process ended before it wrote the lock', async () => {
    const path = await makePath()
    await writeFile(path, '')
    const at = new Date(Date.now() - 3_000)
    await utimes(path, at, at)
    await (await acquireLock(path, 'x')).release()
    expect(await namesOf(path)).toEqual([])
  })

  test('from a zombie process', async () => {
    const path = await makePath()
    // Its parent never waits for it. The shell would, so `exec` must have replaced the shell by then.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 5'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [line] = await once(parent.stdout, 'data')
    const pid = Number(String(line))
    await expect.poll(() => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')).toMatch(/\) Z/)
    const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
    await leave(path, { pid, startedAt: stat[19] })
    await (await acquireLock(path, 'x')).release()
    parent.kill()
  })
})

describe('is respected', () => {
  test.each<[what: string, change: object, age?: number]>([
    ['of this process', {}, 86_400_000],
    ['of another machine', { machine: 'elsewhere', pid: 1 }, 20_000],
    ['if only the id is known', { startedAt: undefined }, 20_000],
  ])('%s', async (_, change, age) => {
    const path = await makePath()
    await leave(path, change, age)
    expect(await caughtError(acquireLock(path, 'x'))).toMatchObject(live)
  })

  test('of another user`s process, of which nothing else is known', async () => {
    const path = await makePath()
    await leave(path, { pid: 1, startedAt: undefined }, 0)
    expect(await caughtError(acquireLock(path, 'x'))).toMatchObject(live)
  })

  test.each<[what: string, make: (path: string) => Promise<unknown>]>([
    ['text', (path) => writeFile(path, 'precious')],
    ['null', (path) => writeFile(path, 'null')],
    ['another kind', (path) => leave(path, { kind: 'x' })],
    ['an id that is a path', (path) => leave(path, { id: '../../x' })],
    ['much', (path) => writeFile(path, ' '.repeat(5_000))],
    ['a link', (path) => symlink('/etc/passwd', path)],
  ])('and a file that is not a lock stays untouched: %s', async (_, make) => {
    const path = await makePath()
    await make(path)
    const error = await caughtError(acquireLock(path, 'x'))
    expect(error).toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining("another program's file"),
    })
    expect(await namesOf(path)).toEqual(['x.lock'])
  })
})

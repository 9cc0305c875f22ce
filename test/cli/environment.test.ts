import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { tokenFile } from '../../src/cli/environment.ts'
import { startWorld } from './world.ts'

const readOnlyMount = vi.hoisted(() => ({ paths: new Set<string>() }))
vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof import('node:fs')>()
  const accessSync: typeof fs.accessSync = (path, mode) => {
    if (readOnlyMount.paths.has(String(path))) throw Object.assign(new Error('EROFS'), { code: 'EROFS' })
    fs.accessSync(path, mode)
  }
  return { ...fs, accessSync }
})

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function writeToken(text: string, mode = 0o600): string {
  const path = join(makeFolder(), 'token')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

const read = (path: string) => tokenFile(path, 'TYK_TOKEN_FILE')({ refresh: true })

test('a token file is taken, and read anew when its token was refused', async () => {
  const { clock, simulator, run, requests } = await startWorld()
  const path = writeToken(`${simulator.tyk.token}\n`)
  const id = simulator.tyk.add({ running: '1s' })
  const waiting = run(['wait', 'tyk', id, '--min-delay', '20ms'], { TYK_TOKEN: '', TYK_TOKEN_FILE: path })
  await requests(2)
  simulator.tyk.expireToken()
  writeFileSync(path, `${simulator.tyk.token}\n`)
  await requests(3)
  await clock.advance(1_000)
  const { code, stderr } = await waiting
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(simulator.requests.some(({ status }) => status === 401)).toBe(true)
})

describe.skipIf(process.platform === 'win32')('the mode of a token file', () => {
  test.each([0o600, 0o400, 0o700, 0o440, 0o444])('%o is accepted', (mode) => {
    expect(read(writeToken('t', mode))).toBe('t')
  })

  test.each([0o640, 0o644, 0o604])('%o is refused: others can read it', async (mode) => {
    const { simulator, run } = await startWorld()
    const path = writeToken('the-token-in-the-file', mode)
    const { code, stderr } = await run(['get', 'tyk', 'x'], { TYK_TOKEN: '', TYK_TOKEN_FILE: path })
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^export-jobs: The file in TYK_TOKEN_FILE, \S+token, can be read by other users \(mode 06\d\d\)\. Run chmod 600/,
    )
    expect(stderr).not.toContain('the-token')
    expect(simulator.requests).toEqual([])
  })

  test.each([0o620, 0o660, 0o622, 0o666, 0o777, 0o602])('%o is refused: others can change it', (mode) => {
    expect(() => read(writeToken('t', mode))).toThrow(/can be changed by other users \(mode 0[67]\d\d\)/)
  })

  test.each([0o640, 0o644])('%o is accepted where it is not ours to change', (mode) => {
    const path = writeToken('t', mode)
    vi.spyOn(process, 'geteuid').mockReturnValue(4_321)
    onTestFinished(() => void vi.restoreAllMocks())
    expect(read(path)).toBe('t')
    chmodSync(path, 0o666)
    expect(() => read(path)).toThrow('can be changed')
  })

  test('0640 is accepted on a read-only mount', () => {
    const path = writeToken('t', 0o640)
    readOnlyMount.paths.add(path)
    onTestFinished(() => readOnlyMount.paths.clear())
    expect(read(path)).toBe('t')
  })

  test('of Kubernetes: a link to a folder that is exchanged', () => {
    const folder = makeFolder()
    for (const [name, token] of [
      ['..1', 'first'],
      ['..2', 'second'],
    ] as const) {
      mkdirSync(join(folder, name))
      writeFileSync(join(folder, name, 'token'), token, { mode: 0o440 })
    }
    symlinkSync('..1', join(folder, '..data'))
    symlinkSync('..data/token', join(folder, 'token'))
    const token = tokenFile(join(folder, 'token'), 'TYK_TOKEN_FILE')
    expect(token({ refresh: false })).toBe('first')
    symlinkSync('..2', join(folder, '..data_tmp'))
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
    expect(token({ refresh: true })).toBe('second')
  })
})

describe.skipIf(process.platform === 'win32')('what is no regular file is refused at once', () => {
  test.each(['/dev/zero', '/dev/null', tmpdir()])('%s', (path) => {
    expect(() => read(path)).toThrow(`${path}, is not a regular file. Set TYK_TOKEN instead.`)
  })

  test('a pipe that nobody writes to', async () => {
    const path = join(makeFolder(), 'pipe')
    execFileSync('mkfifo', [path])
    const { run } = await startWorld()
    const { code, stderr } = await run(['get', 'tyk', 'x'], { TYK_TOKEN: '', TYK_TOKEN_FILE: path })
    expect(code).toBe(2)
    expect(stderr).toMatch(/is not a regular file/)
  })

  test('a socket', async () => {
    const path = join(makeFolder(), 'socket')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    onTestFinished(() => void server.close())
    expect(() => read(path)).toThrow('cannot be opened (ENXIO)')
  })
})

test('what cannot hold a token is refused', () => {
  expect(() => read(writeToken(' \n'))).toThrow(/^The file in TYK_TOKEN_FILE, \S+token, is empty\.$/)
  expect(() => read(writeToken('a'.repeat(70_000)))).toThrow('too large')
  expect(() => read('/nowhere/at/all')).toThrow('/nowhere/at/all, cannot be opened (ENOENT)')
})

test('what an editor adds around a token is no part of it', () => {
  expect(read(writeToken('\ufefft\r\n'))).toBe('t')
})

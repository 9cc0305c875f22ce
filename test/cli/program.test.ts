import { closeSync, openSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runHere, startWorld } from './world.ts'

const tyk = '--source-type app --source-id 7 --start-date 2026-01-01 --end-date 2026-01-31'.split(' ')
const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', syscall: 'write' })
const isFull = 'export-jobs: Cannot write to stdout: the disk is full (ENOSPC).\n'

function openFullDisk(): number {
  const file = openSync('/dev/full', 'w')
  onTestFinished(() => closeSync(file))
  return file
}

describe.skipIf(process.platform !== 'linux')('on a full disk', () => {
  test.each([['get'], ['wait'], ['watch']])('%s says so, and exits with 74', async (command) => {
    const { simulator, spawn } = await startWorld()
    const args = [command, 'tyk', simulator.tyk.add(), '--json']
    const { code, stderr } = await spawn(args, { stdout: openFullDisk() })
    expect({ code, stderr }).toEqual({ code: 74, stderr: isFull })
  })

  test.each([[[]], [['--json']]])('start prints the ref on stderr: %j', async (flags) => {
    const { spawn, run } = await startWorld()
    const { code, stderr } = await spawn(['start', 'tyk', ...tyk, ...flags], { stdout: openFullDisk() })
    expect(code).toBe(74)
    const [, ref = ''] = /^export-jobs: Started the tyk export (\S+)\n/.exec(stderr) ?? []
    expect(stderr).toBe(`export-jobs: Started the tyk export ${ref}\n${isFull}`)
    expect((await run(['get', 'tyk', ref])).code).toBe(0)
  })

  test('start --wait stops waiting, as nobody receives the result', async () => {
    const { simulator, spawn } = await startWorld()
    simulator.tyk.next({ running: '1h' })
    const { code, stderr } = await spawn(['start', 'tyk', ...tyk, '--wait'], { stdout: openFullDisk() })
    expect(code).toBe(74)
    expect(stderr).toMatch(
      /^export-jobs: Started the tyk export (\S+)\n.*Resume with: export-jobs wait tyk \1\n/s,
    )
    expect(stderr.endsWith(isFull)).toBe(true)
  })

  test('help is not printed in silence either', async () => {
    const { code, stderr } = await runHere(['--help'], {}, { failure: full })
    expect({ code, stderr }).toEqual({ code: 74, stderr: isFull })
  })
})

test('a reader that has ended is told nothing when all is done', async () => {
  const { simulator, spawn } = await startWorld()
  const { code, stderr } = await spawn(['wait', 'tyk', simulator.tyk.add()], { breakStdout: true })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('watch ends when its reader does, without a word: no result would be read', async () => {
  const { simulator, spawn } = await startWorld()
  const ids = [simulator.tyk.add(), simulator.tyk.add({ running: '1h' })]
  const { code, stderr } = await spawn(['watch', 'tyk', ...ids], { breakStdout: true })
  expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
})

test('any other failure of stdout is named by its code', async () => {
  const { simulator, run } = await startWorld()
  const failure = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
  const { code, stderr } = await run(
    ['get', 'tyk', simulator.tyk.add({ outcome: 'failed' })],
    {},
    { failure },
  )
  expect({ code, stderr }).toEqual({ code: 74, stderr: 'export-jobs: Cannot write to stdout: EIO.\n' })
})

test('a network error is followed by the hint about a proxy, once', async () => {
  const { server, run } = await startWorld()
  await server.close()
  const hints: unknown[] = []
  const proxy = {
    use: () => {},
    hint: (error: unknown) => (hints.push(error) === 1 ? 'Hint: a proxy.' : undefined),
  }
  const got = await run(['get', 'tyk', 'x', '--timeout', '5s'], {}, { proxy })
  expect(got.stderr).toMatch(/^export-jobs: .*ECONNREFUSED.*\nexport-jobs: Hint: a proxy\.\n$/)
  hints.length = 0
  const flags = ['--tolerate', '60ms', '--min-delay', '20ms']
  const waited = await run(['wait', 'tyk', 'x', ...flags], {}, { proxy })
  expect(waited.stderr).toMatch(/^export-jobs: Hint: a proxy\.\nexport-jobs: Stopped waiting[^\n]*\n$/)
})

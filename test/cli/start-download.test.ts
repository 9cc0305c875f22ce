import { HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import { run as runCommand } from '../../src/cli/program.ts'
import { Interruption } from '../../src/cli/shell.ts'
import type { Fault } from '../../src/testing/index.ts'
import { closedOrigin } from '../support/closed-origin.ts'
import { fakeOutput } from './fake-output.ts'
import { csv, outcomeOf, records, startSaving, startWords, unknown } from './saving.ts'

describe('one command starts, waits and saves', () => {
  test.each([
    ['to a pipe', [], (ref: string, to: string) => [ref, `loyaltydog\t${ref}\tsaved\t${to}\t${csv.length}`]],
    [
      'as JSON',
      ['--json'],
      (ref: string, path: string) => [
        JSON.stringify({ event: 'started', vendor: 'loyaltydog', ref }),
        JSON.stringify({ event: 'saved', vendor: 'loyaltydog', ref, path, bytes: csv.length }),
      ],
    ],
  ])('and says so: %s', async (_, flags, lines) => {
    const saving = await startSaving()
    const { simulator, run, to, read } = saving
    simulator.loyaltydog.next({ id: 'task-1', records })
    const result = await run(startWords(to, ...flags))
    expect(result).toEqual({ code: 0, stdout: `${lines('task-1', to).join('\n')}\n`, stderr: '' })
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 1, names: ['out.csv'] })
    expect(await read('out.csv')).toBe(csv)
  })

  test('on a terminal', async () => {
    const { simulator, run, to } = await startSaving()
    simulator.loyaltydog.next({ id: 'task-1', records })
    const { code, stdout } = await run(startWords(to), {}, { terminal: { columns: 100, rows: 24 } })
    expect(code).toBe(0)
    expect(stdout).toBe(
      `task-1\n✓ loyaltydog  task-1  completed  csv · expires ${stdout.split('expires ')[1]?.slice(0, 20)}\n` +
        `✓ loyaltydog  task-1  saved      ${to} · ${Math.round(csv.length / 1_000)} kB\n`,
    )
  })
})

describe('run again, it goes on and starts nothing', () => {
  test('after the wait was given up', async () => {
    const saving = await startSaving()
    const { clock, simulator, run, to, read } = saving
    simulator.loyaltydog.next({ id: 'task-1', records, running: '1h' })
    const result = await run(startWords(to, '--timeout', '60ms'))
    expect(await outcomeOf(saving, result)).toEqual({ code: 124, starts: 1, names: ['out.csv.start.json'] })
    await clock.advance(3_600_000)
    const { code, stdout } = await run(startWords(to))
    expect(code).toBe(0)
    expect(stdout).toBe(`task-1\nloyaltydog\ttask-1\tsaved\t${to}\t${csv.length}\n`)
    expect(await outcomeOf(saving, { code })).toEqual({ code: 0, starts: 1, names: ['out.csv'] })
    expect(await read('out.csv')).toBe(csv)
  })

  test('after the download was interrupted, and then broke off', async () => {
    const saving = await startSaving()
    const { simulator, run, to, read, interrupt, breakOff, controller, ranges } = saving
    simulator.loyaltydog.next({ records })
    const names = ['out.csv.part', 'out.csv.part.json', 'out.csv.start.json']
    interrupt()
    const interrupted = await run(startWords(to), {}, { signal: controller.signal })
    expect(interrupted.stderr).toBe('export-jobs: Stopped. Run the same command again to resume.\n')
    expect(await outcomeOf(saving, interrupted)).toEqual({ code: 130, starts: 1, names })
    breakOff()
    expect(await outcomeOf(saving, await run(startWords(to)))).toEqual({ code: 124, starts: 1, names })
    expect(await outcomeOf(saving, await run(startWords(to)))).toEqual({
      code: 0,
      starts: 1,
      names: ['out.csv'],
    })
    expect(await read('out.csv')).toBe(csv)
    expect(ranges().map((range) => range?.replace(/\d+/, '…'))).toEqual([undefined, 'bytes=…-', 'bytes=…-'])
  })

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'after %s while it asked: it refuses, since nobody knows',
    async (signal) => {
      const saving = await startSaving()
      const { simulator, spawn, run, requests, to } = saving
      simulator.loyaltydog.fail('hang')
      const result = await spawn(startWords(to), {
        onStart: (kill) => void requests(1).then(() => kill(signal)),
      })
      expect(result).toEqual({
        code: signal === 'SIGINT' ? 130 : null,
        stdout: '',
        stderr:
          signal === 'SIGINT'
            ? 'export-jobs: Interrupted. Whether the export was started is not known.\n'
            : '',
      })
      const again = await run(startWords(to))
      expect(again.stderr).toContain(
        `${unknown} Look for the export at the vendor, then remove ${to}.start.json.`,
      )
      expect(await outcomeOf(saving, again)).toEqual({ code: 2, starts: 1, names: ['out.csv.start.json'] })
    },
  )

  test('after a bug of ours in between', async () => {
    const saving = await startSaving()
    const { env, to, run } = saving
    const out = fakeOutput()
    const line = () => {
      throw new Error('a bug')
    }
    const { signal } = new AbortController()
    const shell = { environment: env, signal, out: { ...out, line }, err: fakeOutput() }
    expect(await outcomeOf(saving, { code: await runCommand(startWords(to), shell) })).toEqual({
      code: 70,
      starts: 1,
      names: ['out.csv.start.json'],
    })
    expect(await outcomeOf(saving, await run(startWords(to)))).toMatchObject({ code: 2, starts: 1 })
  })

  test('but starts anew when the export has failed', async () => {
    const saving = await startSaving()
    const { simulator, run, to } = saving
    simulator.loyaltydog.next({ outcome: 'failed', error: 'ledger locked' })
    expect(await outcomeOf(saving, await run(startWords(to)))).toEqual({ code: 1, starts: 1, names: [] })
    expect(await outcomeOf(saving, await run(startWords(to)))).toEqual({
      code: 0,
      starts: 2,
      names: ['out.csv'],
    })
  })

  test('or when its file has expired', async () => {
    const saving = await startSaving()
    const { run, to, answerDownload, refuse } = saving
    answerDownload(...Array(4).fill(refuse(410)))
    expect(await outcomeOf(saving, await run(startWords(to)))).toEqual({ code: 1, starts: 1, names: [] })
    expect((await run(startWords(to))).code).toBe(0)
  })
})

const sure: [string, Fault][] = [
  ['400', { status: 400 }],
  ['402', { status: 402 }],
  ['403', { status: 403 }],
  ['429', { status: 429, headers: { 'retry-after': '1' } }],
]

const unsure: [string, Fault][] = [
  ['500', { status: 500 }],
  ['503', { status: 503, headers: { 'retry-after': '1' } }],
  ['408', { status: 408 }],
  ['a redirect', { status: 302, headers: { location: '/elsewhere' } }],
  ['a page', 'html'],
  ['another shape', { status: 202, body: { id: 'x' } }],
  ['an id that cannot be', { status: 202, body: { taskId: '..', status: 'pending' } }],
  ['a connection that breaks', 'reset'],
  [
    'an answer that breaks off',
    () =>
      new HttpResponse(new ReadableStream({ pull: (stream) => stream.error(new Error('cut')) }), {
        headers: { 'content-type': 'application/json', 'content-length': '99' },
      }),
  ],
]

describe('a start that ends without a ref', () => {
  test.each(sure)('%s: nothing has begun, and the same command may begin', async (_, fault) => {
    const saving = await startSaving()
    const { simulator, run, to } = saving
    simulator.loyaltydog.fail(fault)
    const refused = await run(startWords(to))
    expect(refused.code).not.toBe(0)
    expect(await outcomeOf(saving, refused)).toMatchObject({ starts: 1, names: [] })
    expect(await outcomeOf(saving, await run(startWords(to)))).toEqual({
      code: 0,
      starts: 2,
      names: ['out.csv'],
    })
  })

  test('a vendor that cannot be reached: nothing has begun', async () => {
    const saving = await startSaving()
    const result = await saving.run(startWords(saving.to, '--base-url', await closedOrigin()))
    expect(result.stderr).toContain('ECONNREFUSED')
    expect(await outcomeOf(saving, result)).toEqual({ code: 124, starts: 0, names: [] })
  })

  test('a token that was not given: nothing has begun', async () => {
    const saving = await startSaving()
    const { simulator, run, to, names } = saving
    simulator.anaconda.fail({ status: 503 })
    const refused = await run(['start', 'anaconda', '--download', to])
    expect(refused).toMatchObject({ code: 124, stderr: expect.stringContaining('for a token') })
    expect(await names()).toEqual([])
  })

  test.each([
    ['no credential', [], { LOYALTYDOG_TOKEN: '' }],
    ['a base URL that cannot be', ['--base-url', 'http://elsewhere.example'], {}],
  ])('%s: nothing has begun', async (_, flags, more) => {
    const saving = await startSaving()
    const result = await saving.run(startWords(saving.to, ...flags), more)
    expect(await outcomeOf(saving, result)).toEqual({ code: 2, starts: 0, names: [] })
  })

  test.each(unsure)('%s: nobody knows, and the same command does not begin', async (_, fault) => {
    const saving = await startSaving()
    const { simulator, run, to } = saving
    simulator.loyaltydog.fail(fault)
    const first = await run(startWords(to))
    expect([3, 124, 2]).toContain(first.code)
    expect(await outcomeOf(saving, first)).toMatchObject({ starts: 1, names: ['out.csv.start.json'] })
    const again = await run(startWords(to))
    expect(again.stderr).toContain(unknown)
    expect(await outcomeOf(saving, again)).toEqual({ code: 2, starts: 1, names: ['out.csv.start.json'] })
  })
})

test('stdout is no file: nothing is started', async () => {
  const { simulator, run } = await startSaving()
  const { code, stderr } = await run(['start', 'anaconda', '--download', '-'])
  expect(code).toBe(2)
  expect(stderr).toContain('--download takes a file')
  expect(simulator.requests).toEqual([])
})

test.each([[[]], [['--download']]])(
  'interrupted while it asks, it says what is not known: %j',
  async (flags) => {
    const { simulator, run, to, controller } = await startSaving()
    simulator.loyaltydog.fail(() => {
      controller.abort(new Interruption(130))
      return new Promise<Response>(() => {})
    })
    const more = flags.flatMap((flag) => [flag, to])
    expect(await run(['start', 'loyaltydog', ...more], {}, { signal: controller.signal })).toEqual({
      code: 130,
      stdout: '',
      stderr: 'export-jobs: Interrupted. Whether the export was started is not known.\n',
    })
  },
)

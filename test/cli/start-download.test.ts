import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { HttpResponse } from 'msw'
import { describe, expect, test } from 'vitest'
import { openStartNote } from '../../src/cli/start-note.ts'
import type { Fault } from '../../src/testing/index.ts'
import { csv, records, startSaving } from './saving.ts'

type Saving = Awaited<ReturnType<typeof startSaving>>

const words = (to: string, ...flags: string[]) => [
  'start',
  'loyaltydog',
  '--format',
  'csv',
  '--download',
  to,
  '--min-delay',
  '20ms',
  ...flags,
]
const asked = { vendor: 'loyaltydog', params: { format: 'csv' } }
const unknown =
  'An earlier run was stopped while it asked for this export, and whether it was started is not known.'

/** Leaves the note of an earlier run, which had asked, and has kept a ref or not. */
async function leaveNote({ to }: Saving, ref?: string, replaces = false, of: typeof asked = asked) {
  const note = await openStartNote(to, of)
  await note.begin(replaces)
  if (ref !== undefined) await note.keep(ref)
}

/** All that came of a run. */
async function outcomeOf(saving: Saving, result: { code: number | null }) {
  return { code: result.code, starts: saving.starts(), names: await saving.names() }
}

describe('one command starts, waits and saves', () => {
  test.each([
    ['to a pipe', [], (ref: string, to: string) => [ref, `loyaltydog\t${ref}\tsaved\t${to}\t${csv.length}`]],
    [
      'as JSON',
      ['--json'],
      (ref: string, path: string) => [
        JSON.stringify({ vendor: 'loyaltydog', ref }),
        JSON.stringify({ vendor: 'loyaltydog', ref, path, bytes: csv.length }),
      ],
    ],
  ])('and says so: %s', async (_, flags, lines) => {
    const saving = await startSaving()
    const { simulator, run, to, read } = saving
    simulator.loyaltydog.next({ id: 'task-1', records })
    const result = await run(words(to, ...flags))
    expect(result).toEqual({ code: 0, stdout: `${lines('task-1', to).join('\n')}\n`, stderr: '' })
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 1, names: ['out.csv'] })
    expect(await read('out.csv')).toBe(csv)
  })

  test('on a terminal', async () => {
    const { simulator, run, to } = await startSaving()
    simulator.loyaltydog.next({ id: 'task-1', records })
    const { code, stdout } = await run(words(to), {}, { terminal: { columns: 100, rows: 24 } })
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
    const result = await run(words(to, '--timeout', '60ms'))
    expect(await outcomeOf(saving, result)).toEqual({ code: 124, starts: 1, names: ['out.csv.start.json'] })
    await clock.advance(3_600_000)
    const { code, stdout } = await run(words(to))
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
    const interrupted = await run(words(to), {}, { signal: controller.signal })
    expect(interrupted.stderr).toBe('export-jobs: Stopped. The same command again goes on.\n')
    expect(await outcomeOf(saving, interrupted)).toEqual({ code: 130, starts: 1, names })
    breakOff()
    expect(await outcomeOf(saving, await run(words(to)))).toEqual({ code: 124, starts: 1, names })
    expect(await outcomeOf(saving, await run(words(to)))).toEqual({ code: 0, starts: 1, names: ['out.csv'] })
    expect(await read('out.csv')).toBe(csv)
    expect(ranges().map((range) => range?.replace(/\d+/, '…'))).toEqual([undefined, 'bytes=…-', 'bytes=…-'])
  })

  test('after it was stopped while it asked: it refuses, since nobody knows', async () => {
    const saving = await startSaving()
    const { simulator, spawn, run, requests, to } = saving
    simulator.loyaltydog.fail('hang')
    const result = await spawn(words(to), {
      onStart: (kill) => void requests(1).then(() => kill('SIGINT')),
    })
    expect(result).toEqual({
      code: 130,
      stdout: '',
      stderr: 'export-jobs: Interrupted. Whether the export was started is not known.\n',
    })
    const again = await run(words(to))
    expect(again.stderr).toContain(
      `${unknown} Look for it at the vendor; to start another, remove ${to}.start.json.`,
    )
    expect(await outcomeOf(saving, again)).toEqual({ code: 2, starts: 1, names: ['out.csv.start.json'] })
  })

  test('but starts anew when the export has failed', async () => {
    const saving = await startSaving()
    const { simulator, run, to } = saving
    simulator.loyaltydog.next({ outcome: 'failed', error: 'ledger locked' })
    expect(await outcomeOf(saving, await run(words(to)))).toEqual({ code: 1, starts: 1, names: [] })
    expect(await outcomeOf(saving, await run(words(to)))).toEqual({ code: 0, starts: 2, names: ['out.csv'] })
  })

  test('or when its file has expired', async () => {
    const saving = await startSaving()
    const { run, to, answerDownload, refuse } = saving
    answerDownload(...Array(4).fill(refuse(410)))
    expect(await outcomeOf(saving, await run(words(to)))).toEqual({ code: 1, starts: 1, names: [] })
    expect((await run(words(to))).code).toBe(0)
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
    const refused = await run(words(to))
    expect(refused.code).not.toBe(0)
    expect(await outcomeOf(saving, refused)).toMatchObject({ starts: 1, names: [] })
    expect(await outcomeOf(saving, await run(words(to)))).toEqual({ code: 0, starts: 2, names: ['out.csv'] })
  })

  test('a vendor that cannot be reached: nothing has begun', async () => {
    const saving = await startSaving()
    const closed = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => closed.once('listening', resolve))
    const { port } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    const result = await saving.run(words(saving.to, '--base-url', `http://127.0.0.1:${port}`))
    expect(result.stderr).toContain('ECONNREFUSED')
    expect(await outcomeOf(saving, result)).toEqual({ code: 124, starts: 0, names: [] })
  })

  test.each([
    ['no credential', [], { LOYALTYDOG_TOKEN: '' }],
    ['a base URL that cannot be', ['--base-url', 'http://elsewhere.example'], {}],
  ])('%s: nothing has begun', async (_, flags, more) => {
    const saving = await startSaving()
    const result = await saving.run(words(saving.to, ...flags), more)
    expect(await outcomeOf(saving, result)).toEqual({ code: 2, starts: 0, names: [] })
  })

  test.each(unsure)('%s: nobody knows, and the same command does not begin', async (_, fault) => {
    const saving = await startSaving()
    const { simulator, run, to } = saving
    simulator.loyaltydog.fail(fault)
    const first = await run(words(to))
    expect([3, 124, 2]).toContain(first.code)
    expect(await outcomeOf(saving, first)).toMatchObject({ starts: 1, names: ['out.csv.start.json'] })
    const again = await run(words(to))
    expect(again.stderr).toContain(unknown)
    expect(await outcomeOf(saving, again)).toEqual({ code: 2, starts: 1, names: ['out.csv.start.json'] })
  })
})

describe('the note of an earlier run', () => {
  test('with a ref is gone on with', async () => {
    const saving = await startSaving()
    await leaveNote(saving, saving.simulator.loyaltydog.add({ records }))
    const result = await saving.run(words(saving.to))
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 0, names: ['out.csv'] })
  })

  test.each<[string, (saving: Saving) => Promise<void>, string]>([
    ['without a ref', (saving) => leaveNote(saving), unknown],
    ['torn', ({ to }) => writeFile(`${to}.start.json`, '{"kind":"export-jo'), 'is of another export'],
    ['empty', ({ to }) => writeFile(`${to}.start.json`, ''), 'is of another export'],
    ['that is none', ({ to }) => writeFile(`${to}.start.json`, 'null'), 'is of another export'],
    [
      'of other parameters',
      (saving) => leaveNote(saving, 'task-1', false, { ...asked, params: { format: 'json' } }),
      'is of another export',
    ],
    [
      'of another vendor',
      (saving) => leaveNote(saving, 'task-1', false, { ...asked, vendor: 'tyk' }),
      'is of another export',
    ],
    ['that cannot be read', ({ to }) => symlink(`${to}.start.json`, `${to}.start.json`), 'ELOOP'],
  ])('%s is left alone: exit code 2', async (_, leave, message) => {
    const saving = await startSaving()
    await leave(saving)
    const result = await saving.run(words(saving.to))
    expect(result.stderr).toContain(message)
    expect(await outcomeOf(saving, result)).toEqual({ code: 2, starts: 0, names: ['out.csv.start.json'] })
    expect(saving.simulator.requests).toEqual([])
  })

  test('holds no secret, and only its owner can read it', async () => {
    const { env, simulator, run, to, read } = await startSaving()
    simulator.loyaltydog.next({ id: 'task-1', running: '1h' })
    await run(words(to, '--timeout', '60ms'), { LOYALTYDOG_MERCHANT_TOKEN: 'a-merchant-token' })
    const text = await read('out.csv.start.json')
    expect(JSON.parse(text)).toEqual({
      kind: 'export-jobs/start',
      version: 1,
      ...asked,
      replaces: false,
      ref: 'task-1',
    })
    for (const secret of [env.LOYALTYDOG_TOKEN, 'a-merchant-token']) expect(text).not.toContain(secret)
    expect((await stat(`${to}.start.json`)).mode & 0o777).toBe(0o600)
  })

  test.each(['.start.json', '.start.json.new'])('is not written through a link: %s', async (name) => {
    const saving = await startSaving()
    const { simulator, folder, to, run } = saving
    const victim = join(folder, 'victim')
    await symlink(victim, to + name)
    simulator.loyaltydog.next({ running: '1h' })
    const result = await run(words(to, '--timeout', '60ms'))
    expect(await outcomeOf(saving, result)).toEqual({ code: 124, starts: 1, names: ['out.csv.start.json'] })
    expect((await stat(`${to}.start.json`)).isFile()).toBe(true)
  })
})

describe('a file that is there already', () => {
  const there = async (saving: Saving) => {
    await writeFile(saving.to, 'precious')
    return () => readFile(saving.to, 'utf8')
  }

  test('is refused before anything is started, and replaced when told to', async () => {
    const saving = await startSaving()
    const { simulator, run, to } = saving
    const text = await there(saving)
    simulator.loyaltydog.next({ records })
    const refused = await run(words(to))
    expect(refused.stderr).toMatch(/is there already\. Choose another name, or pass --overwrite\.\n$/)
    expect(await outcomeOf(saving, refused)).toEqual({ code: 2, starts: 0, names: ['out.csv'] })
    expect(await text()).toBe('precious')
    const result = await run(words(to, '--overwrite'))
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 1, names: ['out.csv'] })
    expect(await text()).toBe(csv)
  })

  test('is that of the export when the run was stopped just before its end', async () => {
    const saving = await startSaving()
    await leaveNote(saving, 'task-1')
    const text = await there(saving)
    const result = await saving.run(words(saving.to))
    expect(result.stdout).toBe(`task-1\nloyaltydog\ttask-1\tsaved\t${saving.to}\t8\n`)
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 0, names: ['out.csv'] })
    expect(await text()).toBe('precious')
  })

  test('is not that of the export when it was there before', async () => {
    const saving = await startSaving()
    const { simulator, run, to, interrupt, controller } = saving
    const text = await there(saving)
    simulator.loyaltydog.next({ records })
    interrupt()
    expect((await run(words(to, '--overwrite'), {}, { signal: controller.signal })).code).toBe(130)
    const forgotten = await run(words(to))
    expect(forgotten.stderr).toMatch(/is there already/)
    expect(forgotten.code).toBe(2)
    expect(await text()).toBe('precious')
    const result = await run(words(to, '--overwrite'))
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 1, names: ['out.csv'] })
    expect(await text()).toBe(csv)
  })

  test('is saved anew with --overwrite, also when the run was stopped just before its end', async () => {
    const saving = await startSaving()
    await leaveNote(saving, saving.simulator.loyaltydog.add({ records }))
    const text = await there(saving)
    const result = await saving.run(words(saving.to, '--overwrite'))
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 0, names: ['out.csv'] })
    expect(await text()).toBe(csv)
  })
})

test.each([
  ['no such folder', 'missing/out.csv', [], /ENOENT/],
  ['a folder', '', ['--overwrite'], /is a folder\. Name the file in it\./],
  ['a folder by its name', '.', [], /is a folder\. Name the file in it\./],
  ['a link to nowhere', 'link', [], /is there already/],
])('a place that cannot be starts nothing: %s', async (_, place, flags, message) => {
  const saving = await startSaving()
  await symlink('nowhere', join(saving.folder, 'link'))
  const result = await saving.run(words(`${saving.folder}/${place}`, ...flags))
  expect(result.stderr).toMatch(message)
  expect(await outcomeOf(saving, result)).toEqual({ code: 2, starts: 0, names: ['link'] })
})

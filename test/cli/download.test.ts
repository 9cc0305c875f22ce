import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { csv, records, startSaving } from './saving.ts'

const soon = ['--min-delay', '20ms']
const terminal = { columns: 100, rows: 24 }

describe('saves the whole file', () => {
  test.each([
    [
      'by tabs, to a pipe',
      [],
      ({ id, path }: { id: string; path: string }) => `loyaltydog\t${id}\tsaved\t${path}\t${csv.length}\n`,
    ],
    [
      'as JSON',
      ['--json'],
      ({ id, path }: { id: string; path: string }) =>
        `${JSON.stringify({ event: 'saved', vendor: 'loyaltydog', ref: id, path, bytes: csv.length })}\n`,
    ],
  ])('and says so %s', async (_, flags, line) => {
    const { simulator, run, to, names, read } = await startSaving()
    const id = simulator.loyaltydog.add({ records })
    const { code, stdout, stderr } = await run(['download', 'loyaltydog', id, to, ...soon, ...flags])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: line({ id, path: to }), stderr: '' })
    expect(await names()).toEqual(['out.csv'])
    expect(await read('out.csv')).toBe(csv)
    expect((await stat(to)).mode & 0o777).toBe(0o600)
  })

  test('and says so on a terminal, where the bars go', async () => {
    const { simulator, run, to, read } = await startSaving()
    const id = simulator.tyk.add({ records })
    const { code, stdout, stderr } = await run(['download', 'tyk', id, to, ...soon], {}, { terminal })
    const { length } = await read('out.csv')
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      `✓ tyk  ${id}  completed`,
      expect.stringMatching(/^ {4}12,000 records · /),
      `✓ tyk  ${id}  saved      ${to} · ${Math.round(length / 1_000)} kB`,
      '',
    ])
    const shown = stripVTControlCharacters(stderr)
    expect(shown).toMatch(/↓ tyk {2}\S+ +saving/)
    // Wiped, as its last state is what stands on stdout.
    expect(stderr.slice(stderr.lastIndexOf('tyk'))).toContain('\u001b[2K')
  })

  test('and prints nothing but JSON on a terminal, too', async () => {
    const { simulator, run, to } = await startSaving()
    const id = simulator.loyaltydog.add()
    const words = ['download', 'loyaltydog', id, to, '--json', ...soon]
    const { stdout } = await run(words, {}, { terminal })
    expect(JSON.parse(stdout)).toMatchObject({ ref: id, path: to })
  })

  test('into a folder, under the name that the vendor gives it', async () => {
    const { simulator, run, folder, names } = await startSaving()
    const id = simulator.tyk.add()
    expect((await run(['download', 'tyk', id, `${folder}/`, ...soon])).code).toBe(0)
    expect(await names()).toEqual([`proxy-logs-${id}.json`])
  })

  test('in the place of one that is there, when told to', async () => {
    const { simulator, run, to, read } = await startSaving()
    await writeFile(to, 'precious')
    const id = simulator.loyaltydog.add({ records })
    const words = ['download', 'loyaltydog', id, to, ...soon]
    const { code, stderr } = await run(words)
    expect(code).toBe(2)
    expect(stderr).toMatch(/out\.csv already exists\. .*--overwrite .*\n$/)
    expect(await read('out.csv')).toBe('precious')
    expect(simulator.requests).toEqual([])
    expect((await run([...words, '--overwrite'])).code).toBe(0)
    expect(await read('out.csv')).toBe(csv)
  })
})

test('where stdout is a pipe, the terminal keeps both the export and its file', async () => {
  const { simulator, run, to } = await startSaving()
  const id = simulator.loyaltydog.add({ id: 'task-1', records })
  const words = ['download', 'loyaltydog', id, to, ...soon]
  const { stdout, stderr } = await run(words, {}, { terminal, isPiped: true })
  expect(stdout).toBe(`loyaltydog\ttask-1\tsaved\t${to}\t${csv.length}\n`)
  const lines = stripVTControlCharacters(stderr).trimEnd().split('\n')
  // What stays the same is not written again.
  expect(lines.filter((line) => line.includes('task-1')).at(-1)).toMatch(/^✓ .* completed .* csv · expires/)
  expect(lines.at(-1)).toMatch(/^✓ loyaltydog {2}\S+out\.csv {2}saved {11}\ds {2}241 kB$/)
  expect(lines.some((line) => /^↓ .* saving .*━.* \d+% .*\/s$/.test(line))).toBe(true)
})

describe('goes on', () => {
  test('after a download that broke off: 124, then 0, and no byte twice', async () => {
    const { simulator, run, to, names, read, breakOff, ranges } = await startSaving()
    const id = simulator.loyaltydog.add({ records })
    const words = ['download', 'loyaltydog', id, to, ...soon]
    breakOff()
    const { code, stdout, stderr } = await run(words)
    expect({ code, stdout }).toEqual({ code: 124, stdout: '' })
    expect(stderr).toMatch(
      `export-jobs: loyaltydog ${id}: The store that loyaltydog points to answered HTTP 503`,
    )
    expect(await names()).toEqual(['out.csv.part', 'out.csv.part.json'])
    expect((await run(words)).code).toBe(0)
    expect(await names()).toEqual(['out.csv'])
    expect(await read('out.csv')).toBe(csv)
    expect(ranges()).toEqual([null, 'bytes=65536-'])
  })

  test('after an interruption, which says so: 130', async () => {
    const { simulator, run, to, names, read, interrupt, controller } = await startSaving()
    const id = simulator.loyaltydog.add({ records })
    const words = ['download', 'loyaltydog', id, to, ...soon]
    interrupt()
    expect(await run(words, {}, { signal: controller.signal })).toEqual({
      code: 130,
      stdout: '',
      stderr: 'export-jobs: Stopped. Run the same command again to resume.\n',
    })
    expect(await names()).toEqual(['out.csv.part', 'out.csv.part.json'])
    expect((await run(words)).code).toBe(0)
    expect(await read('out.csv')).toBe(csv)
  })

  test('after an interruption of the wait', async () => {
    const { simulator, spawn, requests, to, names } = await startSaving()
    const id = simulator.tyk.add({ running: '1h' })
    const result = await spawn(['download', 'tyk', id, to], {
      onStart: (kill) => void requests(1).then(() => setTimeout(() => kill('SIGTERM'), 50)),
    })
    expect(result).toMatchObject({
      code: 143,
      stdout: '',
      stderr: expect.stringMatching(/^export-jobs: Stopped\./),
    })
    expect(await names()).toEqual([])
  })
})

test.each([
  ['a failed export', { outcome: 'failed', error: 'ledger locked' }, [], 1, /failed.* ledger locked/],
  ['an expired one', { expiresAfter: 0 }, [], 1, /has expired. Start a new export/],
  ['one that does not come to its end', { running: '1h' }, ['--timeout', '60ms'], 124, /not done within/],
  ['one that nobody knows', { notFoundFor: '1h' }, ['--not-found-grace', '60ms'], 3, /does not know it/],
] as const)('%s is not saved, and exits as a wait does', async (_, script, flags, exitCode, message) => {
  const { clock, simulator, run, to, names } = await startSaving()
  const id = simulator.tyk.add(script)
  // Tyk says that an export has expired an hour after it has.
  if ('expiresAfter' in script) await clock.advance(3_600_000)
  const { code, stdout, stderr } = await run(['download', 'tyk', id, to, ...soon, ...flags])
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
  expect(stderr).toMatch(message)
  expect(await names()).toEqual([])
})

test('a failed export fails on the terminal, too, and is not given up', async () => {
  const { simulator, run, to } = await startSaving()
  const id = simulator.tyk.add({ outcome: 'failed', error: 'no space' })
  const { stderr } = await run(['download', 'tyk', id, to, ...soon], {}, { terminal })
  const last = stripVTControlCharacters(stderr)
    .split('\n')
    .filter((line) => /^. tyk/.test(line))
    .at(-1)
  expect(last).toMatch(/^✗ tyk .* failed .*no space/)
})

test.each([
  ['a file that has expired', 410, 1],
  ['a file that is refused', 403, 3],
  ['a store in trouble', 503, 124],
])('%s', async (_, status, exitCode) => {
  const { simulator, run, to, names, answerDownload, refuse } = await startSaving()
  const id = simulator.tyk.add()
  answerDownload(refuse(status))
  const { code, stdout, stderr } = await run(['download', 'tyk', id, to, ...soon])
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
  expect(stderr).toContain(`HTTP ${status}`)
  expect(await names()).toEqual([])
})

test.each([
  ['no such folder', 'missing/out.csv', /missing does not exist. Create it/],
  ['no such folder for a name of the vendor', 'missing/', /missing\/ does not exist. Create it/],
  ['a folder by that name', 'taken', /taken is a folder/],
])('a place that cannot be is exit code 2, before any request: %s', async (_, place, message) => {
  const { simulator, run, folder } = await startSaving()
  await mkdir(join(folder, 'taken'))
  const id = simulator.tyk.add({ running: '1h' })
  const { code, stdout, stderr } = await run(['download', 'tyk', id, `${folder}/${place}`, ...soon])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(message)
  expect(simulator.requests).toEqual([])
})

test.each([
  [['download'], /missing required argument/],
  [['download', 'tyk', 'x'], /missing required argument 'to'/],
  [['download', 'didomi', 'e/r', 'x'], /Didomi delivers to a bucket/],
])('a wrong command is exit code 2, before any request: %j', async (words, message) => {
  const { simulator, run } = await startSaving()
  const { code, stderr } = await run(words)
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
  expect(simulator.requests).toEqual([])
})

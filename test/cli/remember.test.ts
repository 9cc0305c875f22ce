import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openMemory } from '../../src/cli/remember.ts'
import { ConfigurationError, type ExportJob } from '../../src/index.ts'
import { fakeOutput } from './fake-output.ts'
import { startWorld } from './world.ts'

function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
const base = { vendor: 'tyk', id: 'a', ref: 'a', rawStatus: 'x', raw: {} }
const done: ExportJob = { ...base, status: 'completed', createdAt: at(0), completedAt: at(30) }
const tyk = { vendor: 'tyk', ref: 'a' }
const run = (exportId: string) => ({ vendor: 'didomi', ref: { exportId, runId: 'r' } })

describe('the file of --remember', () => {
  test('keeps what exports took, by vendor, and by export of Didomi', () => {
    const remember = join(makeFolder(), 'durations.json')
    const err = fakeOutput()
    const memory = openMemory({ remember, expect: '5m' }, err)
    expect(memory.expected(tyk)).toBe('5m')
    memory.add(tyk, done)
    memory.add(tyk, { ...base, status: 'failed', reason: 'no', createdAt: at(0), completedAt: at(1) })
    // What the vendor does not tell was measured, or is not known.
    memory.add(run('e1'), { ...base, status: 'completed' }, 1_500)
    memory.add(run('e2'), { ...base, status: 'completed' })
    expect(JSON.parse(readFileSync(remember, 'utf8'))).toEqual({ tyk: [30_000], 'didomi e1': [1_500] })
    const next = openMemory({ remember, expect: '5m' }, err)
    expect([next.expected(tyk), next.expected(run('e1')), next.expected(run('e2'))]).toEqual([
      [30_000],
      [1_500],
      '5m',
    ])
    expect(err.text()).toBe('')
    expect(readdirSync(join(remember, '..'))).toEqual(['durations.json'])
  })

  test('one odd export fails no later wait: what was measured counts instead', () => {
    const remember = join(makeFolder(), 'durations.json')
    const odd = { ...done, completedAt: new Date('9999-12-31T23:59:59Z') } as ExportJob
    const memory = openMemory({ remember, expect: '5m' }, fakeOutput())
    memory.add(tyk, odd)
    expect(openMemory({ remember, expect: '5m' }, fakeOutput()).expected(tyk)).toBe('5m')
    memory.add(tyk, odd, 1_500.4)
    expect(openMemory({ remember }, fakeOutput()).expected(tyk)).toEqual([1_500])
  })

  test('keeps what another process has added meanwhile', () => {
    const remember = join(makeFolder(), 'durations.json')
    const [one, two] = [openMemory({ remember }, fakeOutput()), openMemory({ remember }, fakeOutput())]
    one.add(tyk, done)
    two.add(tyk, { ...done, completedAt: at(31) } as ExportJob)
    expect(JSON.parse(readFileSync(remember, 'utf8'))).toEqual({ tyk: [30_000, 31_000] })
  })

  test.each(['nonsense', '{"tyk": "soon"}', '[]'])('that holds something else is refused: %s', (text) => {
    const remember = join(makeFolder(), 'durations.json')
    writeFileSync(remember, text)
    expect(() => openMemory({ remember }, fakeOutput())).toThrow(ConfigurationError)
    expect(() => openMemory({ remember }, fakeOutput())).toThrow(
      `The file of --remember, ${remember}, cannot be read`,
    )
  })

  test('that cannot be written is told, and no reason to fail', () => {
    const remember = join(makeFolder(), 'missing', 'durations.json')
    const err = fakeOutput()
    openMemory({ remember }, err).add(tyk, done)
    expect(err.text()).toBe(`export-jobs: How long the export took was not kept in ${remember}: ENOENT\n`)
  })
})

test('a wait, a start and a download write to it', async () => {
  const { clock, simulator, run, requests } = await startWorld()
  const folder = makeFolder()
  const remember = join(folder, 'durations.json')
  const flags = ['--remember', remember, '--expect', '2s', '--min-delay', '20ms']
  const waiting = run(['wait', 'tyk', simulator.tyk.add({ running: '4s' }), ...flags])
  await requests(1)
  await clock.advance(4_000)
  expect((await waiting).code).toBe(0)
  const id = simulator.loyaltydog.add()
  expect((await run(['download', 'loyaltydog', id, join(folder, 'x.csv'), ...flags])).code).toBe(0)
  expect((await run(['start', 'loyaltydog', '--wait', ...flags])).code).toBe(0)
  const kept = JSON.parse(readFileSync(remember, 'utf8'))
  expect(kept.tyk).toEqual([4_000])
  expect(kept.loyaltydog.length).toBeGreaterThan(0)
})

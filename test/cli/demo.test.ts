import { expect, test } from 'vitest'
import { demo, drawTable } from '../../src/cli/demo.ts'
import { Interruption } from '../../src/cli/shell.ts'
import { widthOf } from '../../src/cli/text.ts'
import { type ExportJob, TransportError } from '../../src/index.ts'
import { fakeOutput } from './fake-output.ts'
import { runCli } from './world.ts'

test('waits for the four vendors and prints a table', async () => {
  const out = fakeOutput()
  const err = fakeOutput()
  const signal = new AbortController().signal
  expect(await demo({ environment: {}, signal, out, err }, 0.15)).toBe(0)
  const [headings, ...rows] = out.text().trimEnd().split('\n')
  expect(headings?.split(/\s+/)).toEqual(['vendor', 'id', 'status', 'records', 'took', 'note'])
  expect(
    rows.map((row) =>
      row
        .split(/\s+/)
        .filter((_, column) => column !== 1)
        .slice(0, 4),
    ),
  ).toEqual([
    ['tyk', '✓', 'completed', '4,211'],
    ['anaconda', '✓', 'completed', '18,640'],
    ['loyaltydog', '✗', 'failed', '–'],
    ['didomi', '✓', 'completed', '9,075'],
  ])
  expect(rows[1]).toMatch(/token renewed/)
  expect(rows[2]).toMatch(/"Merchant ledger is locked"$/)
  expect(err.text()).toMatch(/^Four simulated vendors/)
})

test('stops when it is interrupted', async () => {
  const out = fakeOutput()
  const err = fakeOutput()
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Interruption(130)), 100)
  expect(await demo({ environment: {}, signal: controller.signal, out, err })).toBe(130)
  expect(out.text()).toBe('')
})

test('needs no msw', async () => {
  const hook = `export const resolve = (name, context, next) => {
    if (name !== 'msw') return next(name, context)
    throw Object.assign(new Error("Cannot find package 'msw' imported from here"), { code: 'ERR_MODULE_NOT_FOUND' })
  }`
  const source = `import { register } from 'node:module'
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)})`
  const { code, stdout } = await runCli(['demo'], {
    imports: [`data:text/javascript,${encodeURIComponent(source)}`],
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^vendor .*\ntyk /) })
})

const target = { vendor: 'tyk', text: '8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01', ref: 'x' } as const
const base = { vendor: 'tyk', id: 'x', ref: 'x', rawStatus: 'stopped', raw: {} }
const draw = (end: { job: ExportJob } | { error: unknown }, columns?: number) =>
  drawTable(
    [{ ending: { target, ...end }, took: 1_200 }],
    0,
    fakeOutput(columns ? { columns, rows: 24 } : undefined),
  )

test.each<[string, ExportJob, RegExp]>([
  [
    'completed',
    { ...base, status: 'completed', fileSize: 2_000, download: { format: 'csv' } },
    /2\.0 kB of csv$/,
  ],
  ['failed', { ...base, status: 'failed', reason: 'disk\nfull' }, /✗ failed .*"disk full"$/],
  ['canceled', { ...base, status: 'canceled', reason: 'by Ann' }, /✗ canceled .*"by Ann"$/],
  ['canceled without a reason', { ...base, status: 'canceled' }, /✗ canceled .* stopped$/],
  ['expired', { ...base, status: 'expired' }, /✗ expired .* stopped$/],
])('shows how an export ended: %s', (_, job, text) => {
  expect(draw({ job })).toMatch(text)
})

test('shows why a wait stopped', () => {
  expect(draw({ error: new TransportError('network', 'not reached.') })).toMatch(
    / stopped .* 1\.2s {2}not reached\.$/,
  )
})

test('leaves out of an id what has no room', () => {
  const job: ExportJob = { ...base, status: 'failed', reason: 'full' }
  expect(draw({ job })).toContain(target.text)
  expect(draw({ job }, 80)).toContain('8f14…9a01')
  expect(draw({ job }, 60)).not.toMatch(/id|8f14/)
})

test('the table fits the terminal; wide characters take two columns', () => {
  const job: ExportJob = { ...base, status: 'failed', reason: '台帳がロックされています👍🏽'.repeat(8) }
  const lines = draw({ job }, 80).split('\n')
  for (const line of lines) expect(widthOf(line), line).toBeLessThan(80)
  expect(lines[1]).toMatch(/"台帳.*…$/)
  const place = (line = '', word: string) => widthOf(line.slice(0, line.indexOf(word)))
  expect(place(lines[1], '"')).toBe(place(lines[0], 'note'))
})

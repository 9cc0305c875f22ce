import { expect, test } from 'vitest'
import { drawTable } from '../../src/cli/demo-table.ts'
import { type ExportJob, TransportError } from '../../src/index.ts'
import { fakeOutput } from './fake-output.ts'

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

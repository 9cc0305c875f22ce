// `start … --download`, killed at random instants and run again, until its file is there:
//
//   npm run soak:kills
//   npm run soak:kills -- --seed 1f3a --kills 20
//
// It takes some minutes, and fails when a file is not the one that was exported, or an export was started twice.
import { fork } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { type KillReport, type KillRun, performRun, phases } from './kill-run.ts'
import type { KillVendor } from './kill-vendors.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    kills: { type: 'string', default: '200' },
  },
})
const { seed } = values
/** Runs that are killed, most of them more than once. */
const wanted = Number(values.kills)

const atOnce = 4
const mostKills = 3
const vendorNames: readonly KillVendor[] = ['loyaltydog', 'tyk']

/** A number from 0 to 1 that is always the same for the same words. */
const chance = (...words: unknown[]): number =>
  createHash('sha256')
    .update([seed, ...words].join(' '))
    .digest()
    .readUInt32BE() /
  2 ** 32

const vendorOf = (index: number): KillVendor => (index % 4 === 3 ? 'tyk' : 'loyaltydog')

type Usual = Readonly<Record<KillVendor, number>>

function planOf(index: number, usual: Usual): KillRun {
  const vendor = vendorOf(index)
  const kills: number[] = []
  do kills.push(chance(index, kills.length, 'when') * usual[vendor])
  while (kills.length < mostKills && chance(index, kills.length, 'again') < 0.5)
  return { index, vendor, kills }
}

/** How long a run takes that nobody kills, as many at once as later. */
async function measure(port: number): Promise<Usual> {
  const reports: KillReport[] = []
  for (const vendor of vendorNames) {
    const runs = Array.from({ length: atOnce }, (_, index) => performRun({ index, vendor, kills: [] }, port))
    reports.push(...(await Promise.all(runs)))
  }
  const bad = reports.find(({ trouble, isIdentical }) => trouble.length > 0 || !isIdentical)
  if (bad) throw new Error(`A run fails that nobody kills: ${bad.trouble}`)
  const mean = (vendor: KillVendor) =>
    reports.filter((each) => each.vendor === vendor).reduce((sum, { took }) => sum + took, 0) / atOnce
  return { loyaltydog: mean('loyaltydog'), tyk: mean('tyk') }
}

/** Runs until so many have been killed: one may end before its first kill. */
async function killAll(port: number, usual: Usual): Promise<KillReport[]> {
  const reports: KillReport[] = []
  let next = 0
  let killed = 0
  const worker = async () => {
    while (killed < wanted) {
      killed++
      const report = await performRun(planOf(next++, usual), port)
      if (report.killed.length === 0) killed--
      reports.push(report)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return reports
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

function columnOf(reports: readonly KillReport[]): Record<string, string | number> {
  const killed = reports.flatMap((report) => report.killed)
  const refused = reports.flatMap((report) => report.refused)
  const size = sum(reports.map((report) => report.size))
  const twice = sum(reports.map(({ fetched, size }) => fetched - size))
  return {
    files: reports.length,
    identical: reports.filter(({ isIdentical }) => isIdentical).length,
    'runs killed': reports.filter((report) => report.killed.length > 0).length,
    kills: killed.length,
    ...Object.fromEntries(
      phases.map((phase) => [`  ${phase}`, killed.filter((each) => each === phase).length]),
    ),
    'refused, as it is not known whether it was started': refused.length,
    '  it was': refused.filter(Boolean).length,
    'exports started': sum(reports.map(({ created }) => created)),
    'started twice': reports.filter(({ created }) => created > 1).length,
    MB: (size / 1e6).toFixed(0),
    'fetched twice, with looks and heads': `${((100 * twice) / size).toFixed(1)} %`,
  }
}

function missesOf({ index, vendor, isIdentical, created, left, trouble }: KillReport): string[] {
  const checks: [boolean, string][] = [
    [!isIdentical, 'the file is not the one that was exported'],
    [created !== 1, `${created} exports were started`],
    [left.length > 0, `left behind: ${left.join(', ')}`],
  ]
  const found = [...checks.filter(([isMiss]) => isMiss).map(([, words]) => words), ...trouble]
  return found.map((words) => `${vendor} ${index}: ${words}`)
}

const vendors = fork(new URL('kill-vendors.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
try {
  const [{ port }] = await once(vendors, 'message', { signal: AbortSignal.timeout(30_000) })
  console.log(`kills: ${wanted} runs to be killed, seed ${seed}, ${atOnce} at once, Node ${process.version}`)
  const usual = await measure(port)
  for (const name of vendorNames) console.log(`${name} takes ${(usual[name] / 1_000).toFixed(1)} s`)
  const reports = await killAll(port, usual)
  const columns = vendorNames.map((name) => columnOf(reports.filter(({ vendor }) => vendor === name)))
  console.log(`\n${''.padEnd(52)}${vendorNames.map((name) => name.padStart(12)).join('')}`)
  for (const name of Object.keys(columns[0] ?? {})) {
    console.log(`${name.padEnd(52)}${columns.map((column) => `${column[name]}`.padStart(12)).join('')}`)
  }
  const misses = reports.flatMap(missesOf)
  const killed = sum(reports.map((report) => report.killed.length))
  for (const miss of misses) console.log(`MISS ${miss}`)
  const verdict =
    misses.length === 0 ? 'all files identical, no export started twice' : `${misses.length} misses`
  console.log(`${killed} kills: ${verdict}`)
  if (misses.length > 0) process.exitCode = 1
} finally {
  vendors.kill()
}

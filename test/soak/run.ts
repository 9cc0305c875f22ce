// A thousand waits over the four vendors, through a proxy that damages their answers:
//
//   npm run soak
//   npm run soak -- --seed 1f3a --rate 0.5 --waits 200
//
// It takes a minute or two, and fails when any wait ends otherwise than its vendor said, or leaves anything behind.
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { ChaosOptions, ChaosReport } from '../faults/support/chaos-proxy.ts'
import { createExports } from './exports.ts'
import type { VendorsReport } from './vendors.ts'
import { missesOf, type Soaked, sum } from './verdict.ts'
import type { WaitsOptions, WaitsReport } from './waits.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    rate: { type: 'string', multiple: true, default: ['0.3', '0.5'] },
    waits: { type: 'string', default: '1000' },
  },
})
const { seed } = values
const waits = Number(values.waits)

// The waits of a level end by themselves long before that, in ms.
const longest = 200_000
const graceToExit = 10_000

function start(file: string, argument: unknown): ChildProcess {
  const text = typeof argument === 'string' ? argument : JSON.stringify(argument)
  return fork(new URL(file, import.meta.url), [text], { execArgv: ['--import', 'tsx'] })
}

/** The next message of a process; fails when it ends first, or takes too long. */
async function told<Message>(child: ChildProcess, within: number): Promise<Message> {
  const signal = AbortSignal.timeout(within)
  const message = once(child, 'message', { signal }).catch(() => {
    throw new Error(`${nameOf(child)} did not come to an end within ${within / 1_000} s.`)
  })
  return (await Promise.race([message, ended(child)]))[0]
}

const nameOf = (child: ChildProcess): string => child.spawnargs.at(-2)?.split('/').at(-1) ?? ''

/** Rejects when a process ends that still has to work. */
async function ended(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`${nameOf(child)} ended too soon, with exit code ${code}.`)
}

async function soak(rate: number): Promise<Soaked> {
  const children: ChildProcess[] = []
  const open = (file: string, argument: unknown): ChildProcess => {
    const child = start(file, argument)
    children.push(child)
    return child
  }
  try {
    const others = open('vendors.ts', values.waits)
    const vendors = await told<VendorsReport>(others, 30_000)
    const options: ChaosOptions = { target: vendors.origin, rate, seed }
    const proxy = open('../faults/support/chaos-proxy.ts', options)
    const { origin } = await told<{ origin: string }>(proxy, 30_000)
    // What has expired has to be so by the vendor's Date as well, which knows whole seconds only.
    await sleep(vendors.startedAt + 2_000 - Date.now())
    const waiting = open('waits.ts', { origin, accounts: vendors.accounts, waits } satisfies WaitsOptions)
    const report = await Promise.race([told<WaitsReport>(waiting, longest), ended(others), ended(proxy)])
    const exitCode = await exitOf(waiting)
    const counted = told<ChaosReport>(proxy, 30_000)
    proxy.send('report')
    const chaos = await counted
    return { exports: createExports(waits), startedAt: vendors.startedAt, chaos, waits: report, exitCode }
  } finally {
    for (const child of children) child.removeAllListeners('exit').kill()
  }
}

async function exitOf(child: ChildProcess): Promise<number | undefined> {
  if (child.exitCode !== null) return child.exitCode
  return once(child, 'exit', { signal: AbortSignal.timeout(graceToExit) }).then(
    ([code]) => code ?? 1,
    () => undefined,
  )
}

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(' · ') || 'none'

function print(rate: number, { chaos, waits: report }: Soaked, misses: readonly string[]): void {
  const endings: Record<string, number> = {}
  for (const { ending } of report.outcomes) endings[ending] = (endings[ending] ?? 0) + 1
  const lines = {
    requests: `${chaos.requests}, of which ${chaos.gone} were given up early and ${sum(chaos.faults)} met a fault`,
    faults: list(chaos.faults),
    outcomes: list(endings),
    polls: `${report.polls}, failed and tolerated ${sum(report.tolerated)}: ${list(report.tolerated)}`,
    resumed: list(report.resumed),
    'tokens refused': list(report.refusals),
    'peak RSS': `${report.peak.toFixed(0)} MB`,
    left: `${report.left.length} listeners, timers and sockets; ${report.unhandled} unhandled rejections`,
    seconds: report.seconds.toFixed(1),
  }
  console.log(`\n── ${100 * rate} % of the answers damaged`)
  for (const [name, words] of Object.entries(lines)) console.log(`${name.padEnd(15)} ${words}`)
  for (const miss of misses.slice(0, 20)) console.log(`MISS ${miss}`)
  const right = report.outcomes.length - misses.length
  console.log(misses.length === 0 ? `${right} of ${waits} settled rightly` : `${misses.length} misses`)
}

console.log(`soak: ${waits} waits, seed ${seed}, Node ${process.version}`)
for (const rate of values.rate.map(Number)) {
  const soaked = await soak(rate)
  const misses = missesOf(soaked, rate)
  print(rate, soaked, misses)
  if (misses.length > 0) process.exitCode = 1
}

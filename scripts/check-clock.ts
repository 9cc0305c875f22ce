// Real waits in real processes: one whose wall clock jumps by hours, one that is stopped for a while.
//   tsx scripts/check-clock.ts [seconds of the stop]
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { vendorNames } from '../test/support/vendors.ts'
import type { Order, Told } from './clock/child.ts'
import { type Case, createVendors, pathOf } from './clock/vendor.ts'

// Five seconds show what half a minute does: ten looks are missed, a look in flight is past its own timeout twice, a
// wait is past its deadline, and the vendor has closed what was idle. More seconds only repeat that.
const stop = Number(process.argv[2] ?? 5) * 1_000
const gap = 500
const hour = 3_600

let failures = 0
function check(what: string, problems: readonly (string | false)[]): void {
  const found = problems.filter((problem) => problem !== false)
  if (found.length > 0) failures++
  console.log([found.length > 0 ? `FAIL ${what}` : `ok   ${what}`, ...found].join('\n       '))
}

/** Starts waits in a process of their own; all that they tell. */
function startWaits(orders: readonly Order[], environment: Record<string, string> = {}) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', new URL('clock/child.ts', import.meta.url).pathname, JSON.stringify(orders)],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const told: Told[] = []
  createInterface(child.stdout).on('line', (line) => told.push(JSON.parse(line)))
  const over = new Promise<void>((resolve) => {
    child.once('close', resolve)
  })
  const giveUp = setTimeout(() => child.kill('SIGKILL'), stop + 60_000)
  void over.then(() => clearTimeout(giveUp))
  return { told, over, signal: (name: NodeJS.Signals) => child.kill(name) }
}

async function until(condition: () => boolean): Promise<void> {
  const patienceEndsAt = performance.now() + 30_000
  while (!condition() && performance.now() < patienceEndsAt) await sleep(5)
}

const seconds = (ms: number | undefined) => `${((ms ?? Number.NaN) / 1_000).toFixed(1)} s`

// A look begins its gap after the answer to the last one, so load makes gaps longer only; a timer may be 1 ms early.
const burst = (looks: readonly number[], least = gap) =>
  looks.slice(1).some((look, index) => look - (looks[index] as number) < 0.95 * least) &&
  `a burst: looks at ${looks.map((look) => seconds(look - (looks[0] as number))).join(', ')}`

const endOf = (told: readonly Told[], index: number) =>
  told.find((each) => each.index === index && each.end !== undefined)

function order({ origin }: { origin: string }, each: Case, timeout: number): Order {
  return { vendor: each.vendor, baseUrl: origin + pathOf(each), gap, timeout, attempt: 2_000 }
}

/** What `faketime` loads into a process, wherever this machine keeps it. */
function faketimeLibrary(): string {
  try {
    return execFileSync('faketime', ['-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).trim()
  } catch {
    throw new Error('faketime is not installed: apt-get install faketime')
  }
}

/** The wall clock goes ahead by an hour and back by two, while waits sleep and look. */
async function jump(library: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-clock-'))
  const file = join(folder, 'offset')
  const set = (offset: number) => writeFileSync(file, `${offset < 0 ? '' : '+'}${offset}`)
  set(0)

  const timeout = 6_000
  const retryAfter = 2_000
  const vendors = await createVendors({ 'no hint': {}, 'a date as hint': { retryAfter } })
  const waits = startWaits(
    vendors.cases.map((each) => order(vendors, each, timeout)),
    {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // The monotonic clock is the kernel's own, as it is when somebody sets the wall clock.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  )
  await until(() => vendors.cases.every(({ looks }) => looks.length > 0))
  for (const offset of [hour, -hour]) {
    await sleep(1_500)
    set(offset)
  }
  await waits.over
  vendors.close()
  rmSync(folder, { recursive: true })

  for (const [index, { vendor, kind, looks }] of vendors.cases.entries()) {
    const { end, after = 0 } = endOf(waits.told, index) ?? {}
    const walls = waits.told.flatMap((told) => (told.index === index && told.wall ? [told.wall] : []))
    const swing = Math.max(...walls) - Math.min(...walls)
    const isHinted = kind !== 'no hint'
    // It ends as soon as a hint is past the deadline.
    const earliest = isHinted ? timeout - retryAfter : timeout
    check(`${vendor}, the wall clock jumps, ${kind}: ${looks.length} looks, ${end} after ${seconds(after)}`, [
      !isHinted && swing < 1.9 * hour * 1_000 && 'the wall clock did not jump: nothing was tried',
      end !== 'timeout' && 'it should have come to its timeout',
      after < earliest - 2 && 'it was given up early',
      after > timeout + 3_000 && 'it was given up late',
      looks.length < 3 && 'it slept through its looks',
      // The last look is taken at the deadline, whatever the schedule says.
      burst(looks.slice(0, -1), isHinted ? retryAfter : gap),
    ])
  }
}

/** What the stop meets, and what must come of it. The waits that are due come to their deadline during the stop. */
const stopped: Record<string, { isDue: boolean; isHeld: boolean; end: string; looksSince: number }> = {
  asleep: { isDue: false, isHeld: false, end: 'completed', looksSince: 3 },
  'in a look': { isDue: false, isHeld: true, end: 'completed', looksSince: 3 },
  // One last look, at an export that was completed meanwhile, or was not.
  'due, asleep': { isDue: true, isHeld: false, end: 'completed', looksSince: 1 },
  'due, for nothing': { isDue: true, isHeld: false, end: 'timeout', looksSince: 1 },
  // The answer has come before anybody wakes.
  'due, in a look': { isDue: true, isHeld: true, end: 'completed', looksSince: 0 },
}
const kinds = Object.keys(stopped)
const held = kinds.filter((kind) => stopped[kind]?.isHeld)

/** A process stands still while its waits sleep, look, and come to their deadline. */
async function stopAndGoOn(): Promise<void> {
  const vendors = await createVendors(Object.fromEntries(kinds.map((kind) => [kind, {}])))
  const waits = startWaits(
    vendors.cases.map((each) => {
      const { isDue, isHeld } = stopped[each.kind] as (typeof stopped)[string]
      // Those that are to be asleep when the stop comes sleep for longer.
      const own = isDue && !isHeld ? 5 * gap : gap
      return { ...order(vendors, each, isDue ? 6 * gap : 120 * gap), gap: own }
    }),
  )
  await until(() => vendors.cases.every(({ looks }) => looks.length > 0))
  vendors.hold(...held)
  await until(() => vendors.held() === held.length * vendorNames.length)
  await sleep(gap / 5)
  waits.signal('SIGSTOP')
  await sleep(stop / 2)
  vendors.closeIdle()
  vendors.complete('due, asleep', 'due, in a look')
  vendors.release()
  await sleep(stop / 2)
  const wokeAt = performance.now()
  waits.signal('SIGCONT')
  await sleep(4 * gap)
  vendors.complete('asleep', 'in a look')
  await waits.over
  vendors.close()

  for (const [index, { vendor, kind, looks }] of vendors.cases.entries()) {
    const expected = stopped[kind] as (typeof stopped)[string]
    const { end, after } = endOf(waits.told, index) ?? {}
    const since = looks.filter((look) => look >= wokeAt)
    const failed = waits.told.flatMap((told) => (told.index === index && told.failed ? [told.failed] : []))
    check(
      `${vendor}, stopped for ${seconds(stop)}, ${kind}: ${since.length} looks since, ${end} after ${seconds(after)}`,
      [
        end !== expected.end && `it should have ended as ${expected.end}`,
        expected.isDue && since.length !== expected.looksSince && `it should be ${expected.looksSince}`,
        since.length < expected.looksSince && 'it did not go on as before',
        failed.length > 0 && `a look that was answered failed: ${failed}`,
        burst(since),
      ],
    )
  }
}

await Promise.all([jump(faketimeLibrary()), stopAndGoOn()])
console.log(failures > 0 ? `\n${failures} failed` : '\nall passed')
process.exitCode = failures > 0 ? 1 : 0

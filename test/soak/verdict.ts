import type { ChaosReport } from '../faults/support/chaos-proxy.ts'
import type { SoakExport } from './exports.ts'
import type { Outcome, WaitsReport } from './waits.ts'

/** One level of a soak, told by all that took part. */
export interface Soaked {
  readonly exports: readonly SoakExport[]
  /** When the exports began, ms since the epoch. */
  readonly startedAt: number
  readonly chaos: ChaosReport
  readonly waits: WaitsReport
  /** The exit code of the waiting process; undefined when it had to be ended. */
  readonly exitCode: number | undefined
}

// In MB.
const mostMemory = 300
// The clocks of two processes may drift apart by some ms in a minute.
const drift = 100

export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

/** All that is not as it must be, in words. */
export function missesOf({ exports, startedAt, chaos, waits, exitCode }: Soaked, rate: number): string[] {
  const share = sum(chaos.faults) / (chaos.requests - chaos.gone)
  const { outcomes, tolerated, resumed, refusals } = waits
  const wrong = exports.flatMap((each, index) => missOf(each, startedAt, outcomes[index]) ?? [])
  const neverDone = Object.keys(chaos.faults).filter((name) => chaos.faults[name] === 0)
  const neverRefused = [...new Set(exports.map(({ vendor }) => vendor))].filter((vendor) => !refusals[vendor])
  const told = [...permanentCodes].filter((code) => tolerated[code])
  const givenUp = Object.keys(resumed).filter((reason) => !rightReasons.has(reason))
  const checks: [boolean, string][] = [
    [!(share >= 0.8 * rate), `only ${(100 * share).toFixed(0)} % of the answers were damaged`],
    [neverDone.length > 0, `never happened, so proves nothing: ${neverDone.join(', ')}`],
    [neverRefused.length > 0, `no token expired at ${neverRefused.join(', ')}`],
    [chaos.strays > 0, `${chaos.strays} requests followed a redirect`],
    [told.length > 0, `tolerated, though it cannot pass: ${told.join(', ')}`],
    [givenUp.length > 0, `given up for what is no reason: ${givenUp.join(', ')}`],
    [waits.unhandled > 0, `${waits.unhandled} unhandled rejections`],
    [waits.warnings > 0, `${waits.warnings} warnings of the process`],
    [waits.left.length > 0, `left behind: ${waits.left.join(', ')}`],
    [waits.peak >= mostMemory, `a peak of ${waits.peak.toFixed(0)} MB, more than ${mostMemory}`],
    [exitCode !== 0, exitCode === undefined ? 'the process did not end by itself' : `exit code ${exitCode}`],
  ]
  return [...wrong, ...checks.filter(([isMiss]) => isMiss).map(([, words]) => words)]
}

const permanentCodes = new Set(['redirect', 'forbidden', 'unauthorized'])

// A token may expire between its renewal and its use, and a 403 be for the credentials that it is made from.
const rightReasons = new Set(['refused: redirect', 'refused: 403', 'unauthorized: 401', 'unauthorized: 403'])

function missOf(expected: SoakExport, startedAt: number, outcome: Outcome | undefined): string | undefined {
  const { vendor, id, ref, ending, script, duration } = expected
  const miss = (what: string) => `${vendor} ${id}: ${what}`
  if (!outcome) return miss('lost: it never settled')
  if (outcome.ending !== ending) {
    const kind = outcome.ending === 'completed' ? 'false' : ending === 'completed' ? 'lost' : 'wrong'
    return miss(`${kind}: ${outcome.ending} instead of ${ending}`)
  }
  if (outcome.id !== id || JSON.stringify(outcome.ref) !== JSON.stringify(ref)) {
    return miss(`false: ${ending} for ${JSON.stringify(outcome.ref)}`)
  }
  if (outcome.at < startedAt + duration - drift) return miss(`false: ${ending} before the vendor said so`)
  // Each export has its own, so that one's end cannot be told of another.
  if (ending === 'job-failed' && outcome.reason !== script.error)
    return miss(`another's reason: ${outcome.reason}`)
  const isCounted = ending === 'completed' && vendor !== 'loyaltydog'
  if (isCounted && outcome.records !== script.records) return miss(`another's records: ${outcome.records}`)
  return undefined
}

import { gapOf, lostGaps } from '../../test/runtimes/gaps.ts'
import type { Result } from '../../test/runtimes/harness.ts'

/** What came of one runtime. */
export interface Outcome {
  readonly runtime: string
  readonly results: readonly Result[]
  readonly seconds: number
}

/** Prints what came of a runtime, and counts: a gap that is expected has passed, and one that has healed has failed. */
export function report({ runtime, results, seconds }: Outcome): { passed: number; failed: number } {
  const lost = lostGaps(
    runtime,
    results.map(({ name }) => name),
  )
  const failures = lost.map((name) => `${name}\nis in test/runtimes/gaps.ts, and was not tried`)
  const gaps: string[] = []
  for (const { name, ok, error = '' } of results) {
    const gap = gapOf(runtime, name)
    if (gap && ok) failures.push(`${name}\nworks now: take it out of test/runtimes/gaps.ts`)
    else if (gap) gaps.push(`${name}: ${gap.reason}`)
    else if (!ok) failures.push(`${name}\n${error}`)
  }
  const passed = results.length + lost.length - failures.length
  const known = gaps.length > 0 ? `, ${gaps.length} of them known gaps` : ''
  console.log(`${runtime}: ${passed} passed${known}, ${failures.length} failed, ${seconds.toFixed(1)} s`)
  for (const gap of gaps) console.log(`  gap  ${gap}`)
  for (const failure of failures) console.log(`  FAIL ${failure.replaceAll('\n', '\n       ')}`)
  return { passed, failed: failures.length }
}

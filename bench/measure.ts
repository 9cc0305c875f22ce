/** One way to do the work that is compared. */
export interface Contestant {
  readonly name: string
  /** Does the work so many times. */
  run(times: number): Promise<unknown> | unknown
}

/** Medians over all rounds, each of the ratio to the first contestant of the same round. */
export interface Comparison {
  readonly name: string
  /** Microseconds per piece of work. */
  readonly time: number
  readonly ratio: number
  /** The middle half of the ratios. */
  readonly quartiles: readonly [number, number]
  readonly cpuRatio: number
  readonly cpuQuartiles: readonly [number, number]
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((first, second) => first - second)
  const position = share * (sorted.length - 1)
  const below = sorted[Math.floor(position)] as number
  return below + ((sorted[Math.ceil(position)] as number) - below) * (position % 1)
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

const quartiles = (values: readonly number[]) => [quantile(values, 0.25), quantile(values, 0.75)] as const

/**
 * Lets the contestants take turns, and another one begin each time: whatever else the machine does then meets all of
 * them alike.
 */
export async function compare(
  contestants: readonly Contestant[],
  rounds: number,
  times: number,
): Promise<Comparison[]> {
  const clocked = new Map(
    contestants.map(({ name }) => [name, { times: [] as number[], cpu: [] as number[] }]),
  )
  // Rounds to warm up in are not counted.
  const warmUp = Math.ceil(rounds / 10)
  for (let round = -warmUp; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const { name, run } = contestants[(turn + round + warmUp) % contestants.length] as Contestant
      const began = performance.now()
      const cpuBegan = process.cpuUsage()
      await run(times)
      const { user, system } = process.cpuUsage(cpuBegan)
      const took = performance.now() - began
      if (round < 0) continue
      clocked.get(name)?.times.push((took * 1_000) / times)
      clocked.get(name)?.cpu.push((user + system) / times)
    }
  }
  const all = [...clocked]
  const [, base] = all[0] as (typeof all)[number]
  return all.map(([name, own]) => {
    const ratios = own.times.map((time, round) => time / (base.times[round] as number))
    const cpuRatios = own.cpu.map((time, round) => time / (base.cpu[round] as number))
    return {
      name,
      time: median(own.times),
      ratio: median(ratios),
      quartiles: quartiles(ratios),
      cpuRatio: median(cpuRatios),
      cpuQuartiles: quartiles(cpuRatios),
    }
  })
}

/** `1.05 (1.01 … 1.09)` */
export const spread = (ratio: number, [low, high]: readonly [number, number]): string =>
  `${ratio.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`

/** A figure: what it is, what was measured, and whether that is enough; where nothing is asked of it, it is told only. */
export interface Figure {
  readonly name: string
  readonly measured: string
  readonly limit?: string
  readonly isReached?: boolean
}

/** Prints figures as a table, and returns whether all are reached. */
export function print(title: string, figures: readonly Figure[]): boolean {
  console.log(`\n── ${title}`)
  for (const { name, measured, limit = '', isReached } of figures) {
    const verdict = isReached === undefined ? '' : isReached ? 'reached' : 'MISSED'
    console.log(`${name.padEnd(26)} ${measured.padEnd(44)} ${limit.padEnd(14)} ${verdict}`.trimEnd())
  }
  return figures.every(({ isReached }) => isReached !== false)
}

export const mebibyte = 2 ** 20

export const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

export const inPercent = (share: number): string => `${(100 * share).toFixed(3)} %`

/** `64MiB` in bytes. */
export function parseSize(text: string): number {
  const [, number, unit = ''] = /^(\d+)(KiB|MiB|GiB)?$/.exec(text) ?? []
  if (number === undefined) throw new Error(`${text} is no size: write 64MiB, say.`)
  return Number(number) * ({ KiB: 2 ** 10, MiB: mebibyte, GiB: 2 ** 30 }[unit] ?? 1)
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function createDice(seed: string): () => number {
  let state = [...seed].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193),
    0x811c9dc5,
  )
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * The name that somebody probably meant: the same letters in another case or with other separators (`fromDate` for
 * `from_date`), else one that differs by a letter or two.
 *
 * @returns undefined where no name is near
 */
export function closestName(given: string, names: readonly string[]): string | undefined {
  const wanted = lettersOf(given)
  const farthest = Math.min(2, Math.floor(wanted.length / 3))
  let closest: { name: string; edits: number } | undefined
  for (const name of names) {
    const edits = countEdits(wanted, lettersOf(name))
    if (edits <= farthest && edits < (closest?.edits ?? Number.POSITIVE_INFINITY)) closest = { name, edits }
  }
  return closest?.name
}

// A name that goes on for pages is nobody's slip, and comparing it would take its time.
const lettersOf = (name: string) => name.slice(0, 64).replaceAll(/[_-]/g, '').toLowerCase()

/** How many letters have to be added, removed or changed. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= to.length; column++) {
      const change = (row[column - 1] as number) + (letter === to[column - 1] ? 0 : 1)
      next.push(Math.min(change, (row[column] as number) + 1, (next[column - 1] as number) + 1))
    }
    row = next
  }
  return row[to.length] as number
}

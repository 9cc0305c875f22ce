import { isDay, readInstant } from '../src/vendor/instant.ts'
import * as z from './zod.ts'

/** Checks that a range does not end before it starts. A day and a time are not compared: the vendor defines when a day ends. */
export function inOrder<From extends string, To extends string>(from: From, to: To) {
  return z.refine<{ readonly [Key in From | To]?: string | undefined }>(
    (params) => isInOrder(params[from], params[to]),
    `must not be before "${from}"`,
    [to],
  )
}

function isInOrder(from: string | undefined, to: string | undefined): boolean {
  if (isDay(from) && isDay(to)) return from <= to
  const [first, last] = [readInstant(from), readInstant(to)]
  return first === undefined || last === undefined || first <= last
}

import { isDecompressed } from './content-coding.ts'

const contentRange = /^\s*bytes\s+(\d{1,15})\s*-\s*(\d{1,15})\s*\/\s*(\d{1,15}|\*)\s*$/i

// The statuses under which a whole file comes.
const whole = new Set([200, 203, 204])

/**
 * Which bytes of a file an answer has.
 *
 * @returns undefined where that cannot be told
 */
export function readExtent(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  isPartAsked: boolean,
): { start: number; size: number | undefined } | undefined {
  const toSize = (text: string | null | undefined) =>
    /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined
  const isInflated = isDecompressed(headers)
  const [, start, end, of] = contentRange.exec(headers.get('content-range') ?? '') ?? []
  if (status === 206) {
    // The range of a compressed body counts other bytes than those that are read.
    return start && isPartAsked && !isInflated ? { start: Number(start), size: toSize(of) } : undefined
  }
  // Some servers name a range under 200, too. 204 is an empty file; what other successes have, a 202 say, is none.
  const isWhole = start === undefined || (start === '0' && Number(end) + 1 === Number(of))
  if (!whole.has(status) || !isWhole) return undefined
  return { start: 0, size: isInflated ? undefined : toSize(headers.get('content-length')) }
}

import { isDecompressed } from './content-coding.ts'

const contentRange = /^\s*bytes\s+(\d{1,15})\s*-\s*\d{1,15}\s*\/\s*(\d{1,15}|\*)\s*$/i

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
  if (status === 206) {
    const [, start, of] = contentRange.exec(headers.get('content-range') ?? '') ?? []
    // The range of a compressed body counts other bytes than those that are read.
    return start && isPartAsked && !isInflated ? { start: Number(start), size: toSize(of) } : undefined
  }
  return { start: 0, size: isInflated ? undefined : toSize(headers.get('content-length')) }
}

import type { FormatEvidence } from './integrity.ts'

/** The bytes of one value; undefined for one that is too long. */
export type Value = Uint8Array | undefined

/** Reads a file of one format as its bytes arrive: finds its values and checks whether it is complete. */
export interface ValueReader {
  /** @returns the values that this chunk completes; they are valid only as long as the chunk is */
  read(chunk: Uint8Array): readonly Value[]
  /**
   * Tells what a file that ended here would be. It changes nothing: a download that broke off can read on.
   *
   * @returns the values that the end of the file completes, and what the bytes show about the file
   */
  end(): { readonly values: readonly Value[]; readonly evidence: Omit<FormatEvidence, 'isEmpty'> }
  /** Why reading on is useless: the file is no list of values, or the current value is already too long. */
  readonly problem: 'no-list' | 'too-long' | undefined
}

/** The most bytes that one line of JSON Lines, or one element of a JSON array, may have: 64 MiB. */
export const valueLimit = 64 * 1024 * 1024

/** Joins the pieces of one value. */
export function createPieces() {
  let kept: Uint8Array[] = []
  let size = 0

  function add(piece: Uint8Array): void {
    size += piece.length
    if (size > valueLimit) kept = []
    else if (piece.length > 0) kept.push(piece)
  }

  function peek(): Value {
    if (size > valueLimit || kept.length === 1) return kept[0]
    const whole = new Uint8Array(size)
    let end = 0
    for (const piece of kept) {
      whole.set(piece, end)
      end += piece.length
    }
    return whole
  }

  return {
    /** Adds a copy of a piece. */
    add: (piece: Uint8Array): void => add(piece.slice()),
    /** Ends the value with its last piece, which is not copied if it is the only one. */
    take(last: Uint8Array): Value {
      add(last)
      const value = peek()
      kept = []
      size = 0
      return value
    },
    /** The value so far. */
    peek,
    /** Whether the value so far exceeds {@link valueLimit}. */
    get isTooLong() {
      return size > valueLimit
    },
  }
}

export const openObject = 0x7b
export const lineFeed = 0x0a
export const quote = 0x22
export const comma = 0x2c

/** Whether a byte is a space, a tab, or part of a line end. */
export const isBlank = (byte: number): boolean =>
  byte === 0x20 || byte === lineFeed || byte === 0x0d || byte === 0x09

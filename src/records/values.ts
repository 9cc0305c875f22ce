import type { FormatVerdict } from './integrity.ts'

/** The bytes that one value is written in; undefined for one that is too long. */
export type Value = Uint8Array | undefined

/** Reads a file of one format as its bytes go by: finds the values in it, and sees whether it is whole. */
export interface ValueReader {
  /** @returns the values that the chunk completes, valid as long as the chunk is */
  read(chunk: Uint8Array): readonly Value[]
  /** @returns the values that the end of the file completes, and what the file shows by itself */
  end(): { readonly values: readonly Value[]; readonly verdict: Omit<FormatVerdict, 'isEmpty'> }
  /** Why the rest need not be read: it is no list of values, or the value that is under way is too long already. */
  readonly problem: 'no-list' | 'too-long' | undefined
}

/** The most that one line of JSON Lines, or one element of a JSON array, may have: 64 MiB. */
export const valueLimit = 64 * 1024 * 1024

/** Puts a value together that comes in pieces. */
export interface Pieces {
  /** Keeps a copy of a piece. */
  add(piece: Uint8Array): void
  /** Ends the value with its last piece, which is not copied where it is the only one. */
  take(last: Uint8Array): Value
  /** The value so far is beyond {@link valueLimit}. */
  readonly isTooLong: boolean
}

export function createPieces(): Pieces {
  let kept: Uint8Array[] = []
  let size = 0

  function join(): Uint8Array {
    const whole = new Uint8Array(size)
    let end = 0
    for (const piece of kept) {
      whole.set(piece, end)
      end += piece.length
    }
    return whole
  }

  return {
    add(piece) {
      size += piece.length
      if (size > valueLimit) kept = []
      else if (piece.length > 0) kept.push(piece.slice())
    },
    take(last) {
      const isOnly = kept.length === 0
      size += last.length
      kept.push(last)
      const value = size > valueLimit ? undefined : isOnly ? last : join()
      kept = []
      size = 0
      return value
    },
    get isTooLong() {
      return size > valueLimit
    },
  }
}

export const openObject = 0x7b
export const lineFeed = 0x0a
export const quote = 0x22
export const comma = 0x2c

/** A space, a tab, or the end of a line. */
export const isBlank = (byte: number): boolean =>
  byte === 0x20 || byte === lineFeed || byte === 0x0d || byte === 0x09

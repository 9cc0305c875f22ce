/** The most that one line of JSON Lines, or one element of a JSON array, may have: 64 MiB. */
export const valueLimit = 64 * 1024 * 1024

/** Puts a value together that comes in pieces. */
export interface Pieces {
  /** Keeps a copy of a piece. */
  add(piece: Uint8Array): void
  /**
   * Ends the value with its last piece, which is not copied where it is the only one.
   *
   * @returns undefined for a value beyond {@link valueLimit}
   */
  take(last: Uint8Array): Uint8Array | undefined
  /** The value so far is beyond the limit. */
  readonly isTooLong: boolean
}

export function createPieces(limit = valueLimit): Pieces {
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
      if (size > limit) kept = []
      else if (piece.length > 0) kept.push(piece.slice())
    },
    take(last) {
      const isOnly = kept.length === 0
      size += last.length
      kept.push(last)
      const value = size > limit ? undefined : isOnly ? last : join()
      kept = []
      size = 0
      return value
    },
    get isTooLong() {
      return size > limit
    },
  }
}

const mark = [0xef, 0xbb, 0xbf]

/** Leaves out the byte order mark at the beginning of a file, in whatever chunks it comes. */
export function createMarkSkipper(): (chunk: Uint8Array) => Uint8Array {
  let matched = 0
  let isOver = false
  return (chunk) => {
    if (isOver) return chunk
    const before = matched
    let at = 0
    while (matched < mark.length && at < chunk.length && chunk[at] === mark[matched]) {
      at++
      matched++
    }
    isOver = matched === mark.length || at < chunk.length
    if (matched === mark.length || !isOver) return chunk.subarray(at)
    // It is the beginning of another character.
    return Uint8Array.from([...mark.slice(0, before), ...chunk])
  }
}

import { comma, createPieces, isBlank, openObject, quote, type Value, type ValueReader } from './values.ts'

/**
 * Finds the elements of a JSON array. It follows only brackets and strings, and reads each byte once; whether the
 * elements are valid is for the parser to check. A JSON document proves that it is complete: all brackets are closed, and
 * nothing follows.
 */
export function createJsonReader(): ValueReader {
  const pieces = createPieces()
  // How many bytes of `null` were read, which Go writes for an empty list; -1 for any other file.
  let nullBytes = 0
  let state: 'blank' | 'open' | 'closed' | 'broken' = 'blank'
  let isArray = false
  let depth = 0
  let isString = false
  let isEscaped = false
  let elements = 0
  // Of a root object: its members, how many of them are objects or arrays, and whether one of these holds anything.
  let members = 0
  let containers = 0
  let isNested = false
  // The current element of the root: it has not begun, has begun, or has ended with its closing bracket.
  let element: 'none' | 'open' | 'ended' = 'none'

  const readNull = (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.length && nullBytes >= 0; at++) {
      const byte = chunk[at] as number
      const isAround = nullBytes === 0 || nullBytes === nullWord.length
      if (!isAround || !isBlank(byte)) nullBytes = byte === nullWord[nullBytes] ? nullBytes + 1 : -1
    }
  }

  const readBytes = (chunk: Uint8Array, endElement: (end: number) => void) => {
    for (let at = 0; at < chunk.length && state !== 'broken'; at++) {
      const byte = chunk[at] as number
      if (isString) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) isString = false
        continue
      }
      if (isBlank(byte)) continue
      const isOpening = byte === openArray || byte === openObject
      const isClosing = byte === closeArray || byte === closeObject
      if (depth === 0) {
        const isRoot = state === 'blank' && isOpening
        state = isRoot ? 'open' : 'broken'
        isArray ||= isRoot && byte === openArray
        depth = 1
      } else if (depth === 1 && isClosing) {
        depth = 0
        state = (byte === closeArray) === isArray ? 'closed' : 'broken'
        // After a trailing comma, an empty element is yielded, which the parser refuses.
        if (isArray && element !== 'ended' && (element === 'open' || elements > 0)) endElement(at)
      } else if (depth === 1 && byte === comma) {
        if (isArray && element !== 'ended') endElement(at)
        element = 'none'
      } else if (element === 'ended') state = 'broken'
      else {
        if (element === 'none') members++
        element = 'open'
        isString = byte === quote
        if (depth > 1 && !isClosing) isNested = true
        if (isOpening && depth === 1) containers++
        if (isOpening) depth++
        if (isClosing) depth--
        if (isClosing && depth === 1 && isArray) {
          element = 'ended'
          endElement(at + 1)
        }
      }
    }
  }

  return {
    read(chunk) {
      const values: Value[] = []
      let start = 0
      readNull(chunk)
      readBytes(chunk, (end) => {
        const value = pieces.take(chunk.subarray(start, end))
        // Without what precedes it: the opening bracket of the array, or a comma.
        const before = elements++ === 0 ? openArray : comma
        values.push(value?.subarray(value.indexOf(before) + 1))
        start = end
      })
      if (isArray && state === 'open') pieces.add(chunk.subarray(start))
      return values
    },
    end() {
      if (nullBytes === nullWord.length)
        return { values: [], evidence: { isProven: true, isBroken: false, records: 0 } }
      const isProven = state === 'closed'
      const evidence = { isProven, isBroken: !isProven }
      if (isArray) return { values: [], evidence: { ...evidence, records: elements, mayNest: true } }
      // An object in which nothing is nested is at most one record; with only empty lists in it, it is none.
      const isFlat = isProven && !isNested
      return {
        values: [],
        evidence: { ...evidence, records: isFlat ? Math.min(1, members - containers) : undefined },
      }
    },
    get problem() {
      if (nullBytes >= 0) return undefined
      if (state === 'broken' || (state !== 'blank' && !isArray)) return 'no-list'
      return pieces.isTooLong ? 'too-long' : undefined
    },
  }
}

const nullWord = [0x6e, 0x75, 0x6c, 0x6c]
const openArray = 0x5b
const backslash = 0x5c
const closeArray = 0x5d
const closeObject = 0x7d

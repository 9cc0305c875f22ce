/** Follows the brackets and strings of a JSON document as its bytes go by, and keeps none of them. */
export interface JsonScanner {
  /** @param onElement - called for each element of an array at the root, with the index in the chunk behind its end */
  read(chunk: Uint8Array, onElement?: (end: number) => void): void
  /** `closed`: an object or an array at the root has ended. `broken`: it is neither, or something stands behind it. */
  readonly state: 'blank' | 'open' | 'closed' | 'broken'
  /** Elements of an array at the root that have ended; undefined where the root is an object. */
  readonly elements: number | undefined
  /** The root is no array. */
  readonly isOther: boolean
}

/** Each byte is seen once, whatever the chunks: what is between the brackets is for a parser to judge. */
export function createJsonScanner(): JsonScanner {
  let state: JsonScanner['state'] = 'blank'
  let isArray = false
  let depth = 0
  let isString = false
  let isEscaped = false
  let elements = 0
  // What is expected of the element of the array: it has not begun, has begun, or has ended with its bracket.
  let element: 'none' | 'open' | 'ended' = 'none'

  return {
    read(chunk, onElement) {
      const endElement = (end: number) => {
        elements++
        onElement?.(end)
      }
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
          // Behind a comma there must be one: that there is none is for the parser to refuse.
          if (isArray && element !== 'ended' && (element === 'open' || elements > 0)) endElement(at)
        } else if (depth === 1 && byte === comma) {
          if (isArray && element !== 'ended') endElement(at)
          element = 'none'
        } else if (element === 'ended') state = 'broken'
        else {
          element = 'open'
          isString = byte === quote
          if (isOpening) depth++
          if (isClosing) depth--
          if (isClosing && depth === 1 && isArray) {
            element = 'ended'
            endElement(at + 1)
          }
        }
      }
    },
    get state() {
      return state
    },
    get elements() {
      return isArray ? elements : undefined
    },
    get isOther() {
      return state !== 'blank' && !isArray
    },
  }
}

const quote = 0x22
const comma = 0x2c
const openArray = 0x5b
const backslash = 0x5c
const closeArray = 0x5d
export const openObject = 0x7b
const closeObject = 0x7d

/** A space, a tab, or the end of a line. */
export const isBlank = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

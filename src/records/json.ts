/** Reads a JSON document as it arrives. */
export interface JsonReader {
  /**
   * @returns what the chunk has completed
   * @throws when it is no JSON
   */
  read(chunk: Uint8Array): unknown[]
  /** Whether the document has ended. */
  readonly isWhole: boolean
}

/**
 * Reads a JSON array, and gives its elements as they are complete.
 *
 * @returns a reader that throws for any other document, too
 */
export async function createArrayReader(): Promise<JsonReader> {
  // Not before it is needed: few documents are read so, and every process would load it.
  const { JSONParser } = await import('@streamparser/json')
  const parser = new JSONParser({ paths: ['$', '$.*'] })
  let elements: unknown[] = []
  parser.onValue = ({ value, parent, stack }) => {
    const array = stack.length === 0 ? value : parent
    if (!Array.isArray(array)) throw new TypeError('not an array')
    if (stack.length === 0) return
    elements.push(value)
    // What has been given away is not kept.
    array.length = 0
  }
  return {
    read(chunk) {
      parser.write(chunk)
      const complete = elements
      elements = []
      return complete
    },
    get isWhole() {
      return parser.isEnded
    },
  }
}

/** Reads any JSON document, of which nothing is kept. */
export async function createJsonProof(): Promise<JsonReader> {
  const { JSONParser } = await import('@streamparser/json')
  const parser = new JSONParser({ paths: [], keepStack: false })
  parser.onValue = () => {}
  return {
    read(chunk) {
      parser.write(chunk)
      return []
    },
    get isWhole() {
      return parser.isEnded
    },
  }
}

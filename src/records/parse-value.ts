let decoder: TextDecoder | undefined

/**
 * Parses one value without loss: an integer that a number cannot hold becomes a bigint.
 *
 * @throws an error of the runtime for what is not JSON or not UTF-8
 */
export function parseValue(bytes: Uint8Array): unknown {
  // Created when first needed: jsdom has no TextDecoder when this file is loaded.
  decoder ??= new TextDecoder('utf-8', { fatal: true })
  // A file joined from several may have a byte order mark at the beginning of each.
  const text = decoder.decode(bytes).replace(/^[ \t\r\n\ufeff]+/, '')
  const value: unknown = JSON.parse(text)
  return longInteger.test(text) ? parseExactly(text) : value
}

/** Whether {@link parseValue} can parse the bytes. */
export function isJson(bytes: Uint8Array): boolean {
  try {
    parseValue(bytes)
    return true
  } catch {
    return false
  }
}

// 2^53 has sixteen digits. A match in a string or a fraction only costs time.
const longInteger = /\d{16}/

/** Parses valid JSON in which long integers are first replaced by strings with a random prefix. */
function parseExactly(text: string): unknown {
  const mark = `bigint ${Math.random()} `
  let marked = ''
  let start = 0
  for (const { index, integer } of findLongIntegers(text)) {
    marked += `${text.slice(start, index)}"${mark}${integer}"`
    start = index + integer.length
  }
  return JSON.parse(marked + text.slice(start), (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  )
}

/** Finds the integers outside strings that a number cannot hold. */
function* findLongIntegers(text: string): Generator<{ index: number; integer: string }> {
  const token = /"|\d{16,}/g
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === '"') {
      token.lastIndex = endOfString(text, match.index)
      continue
    }
    const isNegative = text[match.index - 1] === '-'
    const index = match.index - (isNegative ? 1 : 0)
    const integer = text.slice(index, token.lastIndex)
    const isPart = /[.eE+]/.test(text.slice(index - 1, index)) || /[.eE]/.test(text[token.lastIndex] ?? '')
    if (!isPart && !Number.isSafeInteger(Number(integer))) yield { index, integer }
  }
}

/** @returns the index after the closing quote of the string that begins at `start` */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end + 1
  }
}

import { Tokenizer, TokenParser } from '@streamparser/json'

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses one value as it was written: an integer that a number cannot hold becomes a bigint.
 *
 * @throws an error of the runtime for what is no JSON or no UTF-8
 */
export function parseValue(bytes: Uint8Array): unknown {
  // A file that was put together from several may have a byte order mark at each of their beginnings.
  const text = decoder.decode(bytes).replace(/^[ \t\r\n\ufeff]+/, '')
  const value: unknown = JSON.parse(text)
  return longInteger.test(text) ? parseExactly(text) : value
}

// 2^53 has sixteen digits. They may stand in a string, too, which only costs time.
const longInteger = /\d{16}/

function parseExactly(text: string): unknown {
  let value: unknown
  const tokenizer = new ExactTokenizer()
  const parser = new TokenParser({ paths: ['$'] })
  tokenizer.onToken = (token) => parser.write(token)
  parser.onValue = (parsed) => {
    value = parsed.value
  }
  tokenizer.write(text)
  // A number at the root has no other end.
  tokenizer.end()
  return value
}

class ExactTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    const value = Number(text)
    const isExact = Number.isSafeInteger(value) || !/^-?\d+$/.test(text)
    // Whatever it returns is handed on.
    return isExact ? value : (BigInt(text) as unknown as number)
  }
}

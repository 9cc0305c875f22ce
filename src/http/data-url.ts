/** Whether a file comes within its URL. */
export const isDataUrl = (url: string): boolean => /^data:/i.test(url)

/**
 * Reads what a `data:` URI holds: in base64, percent-encoded, or made with `encodeURI`, which leaves `#` as it is. So it
 * is read as a text, and not as a URL, which would end at the `#`.
 *
 * @returns undefined for one that cannot be read
 */
export function readDataUrl(url: string): Uint8Array<ArrayBuffer> | undefined {
  const comma = url.indexOf(',')
  if (comma === -1) return undefined
  const bytes = decodePercents(url.slice(comma + 1))
  if (!/;\s*base64\s*(?:;|$)/i.test(url.slice(0, comma))) return bytes
  // In base64 a "#" can only begin a fragment.
  const [base64 = ''] = new TextDecoder().decode(bytes).split('#')
  try {
    const text = atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(text, (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

// A "%" that begins no escape stands for itself.
function decodePercents(text: string): Uint8Array<ArrayBuffer> {
  const source = new TextEncoder().encode(text)
  const bytes = new Uint8Array(source.length)
  let length = 0
  for (let at = 0; at < source.length; at++) {
    const hex = source[at] === 0x25 ? String.fromCharCode(...source.subarray(at + 1, at + 3)) : ''
    const isEscape = /^[\da-f]{2}$/i.test(hex)
    bytes[length++] = isEscape ? Number.parseInt(hex, 16) : (source[at] as number)
    if (isEscape) at += 2
  }
  return bytes.slice(0, length)
}

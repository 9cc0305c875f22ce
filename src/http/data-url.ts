/**
 * Reads what a `data:` URI holds: in base64, percent-encoded, or made with `encodeURI`, which leaves `#` as it is. So it
 * is read as a text, and not as a URL, which would end at the `#`.
 *
 * @returns undefined for what is no such URI
 */
export function readDataUrl(url: string): Uint8Array<ArrayBuffer> | undefined {
  const [, type = '', data = ''] = /^data:([^,]*),(.*)$/is.exec(url) ?? []
  if (!url.slice(0, 5).toLowerCase().startsWith('data:') || !url.includes(',')) return undefined
  const bytes = decodePercents(data)
  if (!/;\s*base64\s*$/i.test(type)) return bytes
  try {
    const text = atob(new TextDecoder().decode(bytes).replaceAll('-', '+').replaceAll('_', '/'))
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

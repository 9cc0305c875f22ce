/** File systems take 255 bytes; what is put behind a name while its file is fetched needs some of them. */
const mostBytes = 255 - 32

/** The file name that a `Content-Disposition` header proposes, if it can do no harm: see {@link toSafeFileName}. */
export function readFileName(disposition: string | null): string | undefined {
  const parameters = readParameters(disposition ?? '')
  const extended = parameters.get('filename*')
  const plain = parameters.get('filename')
  const name = (extended && decodeExtended(extended)) ?? (plain && recoverUtf8(plain))
  return name ? toSafeFileName(name) : undefined
}

/** The parameters of a header by lower-case name; of two with one name, the first. */
function readParameters(header: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const part of splitOutsideQuotes(header)) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(0, equals)).trim().toLowerCase()
    if (!parameters.has(name)) parameters.set(name, unquote(part.slice(equals + 1).trim()))
  }
  return parameters
}

function splitOutsideQuotes(header: string): string[] {
  const parts: string[] = []
  let isQuoted = false
  let start = 0
  for (let at = 0; at < header.length; at++) {
    const character = header[at]
    if (character === '"') isQuoted = !isQuoted
    else if (character === '\\' && isQuoted) at++
    else if (character === ';' && !isQuoted) {
      parts.push(header.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, header.slice(start)]
}

// A backslash before any other character is taken for a path, which is refused.
function unquote(value: string): string {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)/s.exec(value) ?? []
  return quoted === undefined ? value : quoted.replace(/\\(["\\])/g, '$1')
}

/** RFC 5987: `UTF-8'en'%e2%82%ac.csv`. */
function decodeExtended(value: string): string | undefined {
  const [, charset, text] = /^(utf-8|iso-8859-1)'[^']*'(.*)$/i.exec(value) ?? []
  if (text === undefined) return undefined
  try {
    return charset?.toLowerCase() === 'utf-8' ? decodeURIComponent(text) : decodeLatin1(text)
  } catch {
    return undefined
  }
}

// Whose characters have the code points of its bytes.
const decodeLatin1 = (text: string): string =>
  text.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Headers come as Latin-1, whatever they were written in: most names that are not ASCII are UTF-8. */
function recoverUtf8(name: string): string {
  const codes = Array.from(name, (character) => character.charCodeAt(0))
  try {
    return codes.every((code) => code < 256)
      ? new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(codes))
      : name
  } catch {
    return name
  }
}

const device = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$) *(?:\.|$)/i

/**
 * A name that can do no harm in a folder: bare, without control or invisible characters, nothing hidden, no device of
 * Windows. A long one is cut, and keeps its extension.
 *
 * @returns undefined where nothing harmless is left of it
 */
export function toSafeFileName(name: string): string | undefined {
  // Invisible ones are left out, such as those that turn the direction of writing; Windows drops dots at the end.
  const visible = name.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu, '')
  const bare = trimEnd(visible.trim())
  const isSafe = bare !== '' && !bare.startsWith('.') && !/[/\\:*?"<>|\p{Cc}\p{Cs}]/u.test(bare)
  return isSafe && !device.test(bare) ? cut(bare) : undefined
}

function trimEnd(name: string): string {
  let end = name.length
  while (end > 0 && /[\s.]/.test(name[end - 1] as string)) end--
  return name.slice(0, end)
}

function cut(name: string): string {
  if (byteLength(name) <= mostBytes) return name
  const [extension = ''] = /(?:\.[\p{L}\d]{1,10}){1,2}$/u.exec(name) ?? []
  const room = mostBytes - byteLength(extension)
  let stem = ''
  let size = 0
  for (const character of name) {
    size += byteLength(character)
    if (size > room) break
    stem += character
  }
  return trimEnd(stem) + extension
}

const byteLength = (text: string): number => new TextEncoder().encode(text).length

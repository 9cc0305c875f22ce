/** File systems allow 255 bytes. Some of them are for the suffix of a partial file. */
const mostBytes = 255 - 32

/** The file name that a `Content-Disposition` header proposes, if it is safe: see {@link toSafeFileName}. */
export function readFileName(disposition: string | null): string | undefined {
  const parameters = readParameters(disposition ?? '')
  const extended = parameters.get('filename*')
  const plain = parameters.get('filename')
  const name = (extended && decodeExtended(extended)) ?? (plain && recoverUtf8(plain))
  return name ? toSafeFileName(name) : undefined
}

/** The parameters of a header by lower-case name. The first of a name counts. */
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

// A backslash before any other character is kept: the name is then refused as a path.
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

// The code point of a Latin-1 character is its byte.
const decodeLatin1 = (text: string): string =>
  text.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))

/** `fetch` decodes headers as Latin-1, but most names that are not ASCII were sent as UTF-8. */
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
 * Makes a file name safe: no path, no control or invisible characters, no hidden file, no Windows device. A long name
 * is cut, but keeps its extension.
 *
 * @returns undefined if no safe name is left
 */
export function toSafeFileName(name: string): string | undefined {
  // Invisible characters can change the direction of writing. Windows drops dots at the end.
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

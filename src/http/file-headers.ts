/** The hash of a whole file. */
export interface Digest {
  readonly algorithm: 'sha-256' | 'sha-512' | 'md5'
  /** In base64. */
  readonly value: string
}

// Quotes included: S3 returns whatever text an object was stored with.
const readCodings = (headers: Headers): string[] =>
  (headers.get('content-encoding') ?? '').split(',').map((coding) => coding.trim().toLowerCase())

// These leave the bytes as they are. A charset is not a coding, but objects are often stored with one.
const isPlain = (coding: string): boolean => /^(?:identity|aws-chunked|none|utf-?8|"")?$/.test(coding)

/** Whether the runtime has decompressed the body, so that its bytes are not the ones that were sent. */
export const isDecompressed = (headers: Headers): boolean =>
  readCodings(headers).some((coding) => /^(?:x-)?(?:gzip|deflate|br|zstd|compress)$/.test(coding))

// The codings that runtimes decode, zstd only some of them, with the first bytes of such a body where these are fixed.
const signatures = new Map<string, readonly number[] | undefined>([
  ['gzip', [0x1f, 0x8b]],
  ['x-gzip', [0x1f, 0x8b]],
  ['deflate', undefined],
  ['br', undefined],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
])

/**
 * Finds a coding that the runtime may have left on a body. Without a `signature` it certainly has, as no runtime knows
 * the coding; with one, it has if the body begins with these bytes.
 */
export function findUndecoded(
  headers: Headers,
): { readonly coding: string; readonly signature?: readonly number[] } | undefined {
  const codings = readCodings(headers).filter((coding) => !isPlain(coding))
  // A runtime that does not know one of several codings leaves all of them.
  const unknown = codings.find((coding) => !signatures.has(coding))
  if (unknown !== undefined) return { coding: unknown }
  const outermost = codings.at(-1) ?? ''
  const isSure = outermost !== 'zstd' && outermost === readCodings(headers).join()
  const signature = isSure ? undefined : signatures.get(outermost)
  return signature && { coding: outermost, signature }
}

const contentRange = /^\s*bytes\s+(\d{1,15})\s*-\s*(\d{1,15})\s*\/\s*(\d{1,15}|\*)\s*$/i

// A 204 is an empty file. Other successes, a 202 for example, hold no file.
const withWholeFile = new Set([200, 203, 204])

/**
 * Reads where in the file a response body begins, and the size of the whole file.
 *
 * @returns undefined if that cannot be told
 */
export function readExtent(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  isPartAsked: boolean,
): { start: number; size: number | undefined } | undefined {
  const toSize = (text: string | null | undefined) =>
    /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined
  const isInflated = isDecompressed(headers)
  const [, start, end, of] = contentRange.exec(headers.get('content-range') ?? '') ?? []
  if (status === 206) {
    // The range of a compressed body counts other bytes than those that are read.
    return start && isPartAsked && !isInflated ? { start: Number(start), size: toSize(of) } : undefined
  }
  // Some servers send a range with a 200, too.
  const isWhole = start === undefined || (start === '0' && Number(end) + 1 === Number(of))
  if (!withWholeFile.has(status) || !isWhole) return undefined
  return { start: 0, size: isInflated ? undefined : toSize(headers.get('content-length')) }
}

type DigestSource = readonly [header: string, pattern: RegExp, algorithm: Digest['algorithm']]

const sha256 = /(?:^|[\s,])sha-256=:?([A-Za-z0-9+/]{43}=):?(?:$|[\s,;])/i
const sha512 = /(?:^|[\s,])sha-512=:?([A-Za-z0-9+/]{86}==):?(?:$|[\s,;])/i

// RFC 9530, which puts colons around the value, and its predecessor RFC 3230: hashes of the whole file.
const ofFile: readonly DigestSource[] = [
  ['repr-digest', sha256, 'sha-256'],
  ['repr-digest', sha512, 'sha-512'],
  ['digest', sha256, 'sha-256'],
  ['digest', sha512, 'sha-512'],
]

// Hashes of the body, which is the whole file only if no part was asked for.
const ofBody: readonly DigestSource[] = [
  // S3 hashes the hashes of a multipart upload, and ends that value with a dash and the number of parts.
  ['x-amz-checksum-sha256', /^([A-Za-z0-9+/]{43}=)$/, 'sha-256'],
  ['content-md5', /^([A-Za-z0-9+/]{22}==)$/, 'md5'],
]

/** Reads the hash of the whole file. */
export function readDigest(headers: Headers, status: number): Digest | undefined {
  // The hash is of the compressed bytes.
  if (isDecompressed(headers)) return undefined
  for (const [name, pattern, algorithm] of status === 200 ? [...ofFile, ...ofBody] : ofFile) {
    const [, value] = pattern.exec(headers.get(name) ?? '') ?? []
    if (value) return { algorithm, value }
  }
  return undefined
}

/**
 * Whether the bytes that are read are others than those that were sent: the runtime has decompressed them. S3 serves an
 * object with whatever coding it was stored with: `identity`, `aws-chunked` or none leave the bytes as they are.
 */
export const isDecompressed = (headers: Headers): boolean => readCodings(headers).some(isCompression)

// What every runtime takes away, and zstd, which only some do.
const isCompression = (coding: string): boolean => /^(?:x-)?(?:gzip|deflate|br|zstd|compress)$/.test(coding)

// A charset is no coding, but is often stored as one.
const isPlain = (coding: string): boolean => /^(?:identity|aws-chunked|none|utf-?8|"")?$/.test(coding)

// Quotes and all: what is stored in S3 may be anything.
const readCodings = (headers: Headers): string[] =>
  (headers.get('content-encoding') ?? '').split(',').map((coding) => coding.trim().toLowerCase())

/**
 * The coding that a runtime leaves on a body: one that no runtime takes away, or that not every one does, with the bytes
 * by which a body shows that it is still there. Of several codings, one that is not known keeps all of them.
 */
export function findUndecoded(
  headers: Headers,
): { readonly coding: string; readonly signature?: readonly number[] } | undefined {
  const codings = readCodings(headers)
  const unknown = codings.find((coding) => !isPlain(coding) && !(coding in signatures))
  if (unknown !== undefined) return { coding: unknown }
  const outermost = codings.filter((coding) => !isPlain(coding)).at(-1) ?? ''
  const isSure = outermost !== 'zstd' && outermost === codings.join()
  const signature = isSure ? undefined : signatures[outermost]
  return signature && { coding: outermost, signature }
}

// Of those that every runtime knows, what their bodies begin with; the others show nothing.
const signatures: Readonly<Record<string, readonly number[] | undefined>> = Object.assign(
  Object.create(null),
  {
    gzip: [0x1f, 0x8b],
    'x-gzip': [0x1f, 0x8b],
    deflate: undefined,
    br: undefined,
    zstd: [0x28, 0xb5, 0x2f, 0xfd],
  },
)

/**
 * Whether the bytes that are read are others than those that were sent: the runtime has decompressed them. S3 serves an
 * object with whatever coding it was stored with: `identity`, `aws-chunked` or none leave the bytes as they are.
 */
export function isDecompressed(headers: Headers): boolean {
  return /\b(?:gzip|deflate|br|zstd|compress)\b/i.test(headers.get('content-encoding') ?? '')
}

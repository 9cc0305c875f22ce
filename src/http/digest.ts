/** What a whole file is to hash to. */
export interface Digest {
  readonly algorithm: 'sha-256' | 'sha-512' | 'md5'
  /** In base64. */
  readonly value: string
}

const headers = [
  // RFC 9530, and RFC 3230 before it.
  ['repr-digest', /(?:^|[\s,])(sha-256|sha-512)=:([A-Za-z0-9+/]{42,86}={0,2}):(?:$|[\s,;])/i],
  ['digest', /(?:^|[\s,])(sha-256|sha-512)=([A-Za-z0-9+/]{42,86}={0,2})(?:$|[\s,;])/i],
  // Of an object that S3 was given in parts it is a hash of hashes, and ends in a dash and their number.
  ['x-amz-checksum-sha256', /^()([A-Za-z0-9+/]{43}=)$/],
] as const

/** The hash of the whole file that a server tells, if it tells one. */
export function readDigest(answered: Headers, status: number): Digest | undefined {
  // Of what was sent, not of the file.
  if (answered.has('content-encoding')) return undefined
  for (const [name, pattern] of headers) {
    const [, algorithm, value] = pattern.exec(answered.get(name) ?? '') ?? []
    if (value) return { algorithm: algorithm?.toLowerCase() === 'sha-512' ? 'sha-512' : 'sha-256', value }
  }
  // Of what this answer holds, which is the file unless a part was asked for.
  const [value] = /^[A-Za-z0-9+/]{22}==$/.exec(answered.get('content-md5') ?? '') ?? []
  return value && status === 200 ? { algorithm: 'md5', value } : undefined
}

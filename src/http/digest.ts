import { isDecompressed } from './content-coding.ts'

/** What a whole file is to hash to. */
export interface Digest {
  readonly algorithm: 'sha-256' | 'sha-512' | 'md5'
  /** In base64. */
  readonly value: string
}

type Reading = readonly [header: string, pattern: RegExp, algorithm: Digest['algorithm']]

const sha256 = /(?:^|[\s,])sha-256=:?([A-Za-z0-9+/]{43}=):?(?:$|[\s,;])/i
const sha512 = /(?:^|[\s,])sha-512=:?([A-Za-z0-9+/]{86}==):?(?:$|[\s,;])/i

// RFC 9530, which puts colons around the value, and RFC 3230 before it.
const ofFile: readonly Reading[] = [
  ['repr-digest', sha256, 'sha-256'],
  ['repr-digest', sha512, 'sha-512'],
  ['digest', sha256, 'sha-256'],
  ['digest', sha512, 'sha-512'],
]

// Of what an answer holds, which is the file unless a part was asked for.
const ofAnswer: readonly Reading[] = [
  // Of an object that S3 was given in parts it is a hash of hashes, and ends in a dash and their number.
  ['x-amz-checksum-sha256', /^([A-Za-z0-9+/]{43}=)$/, 'sha-256'],
  ['content-md5', /^([A-Za-z0-9+/]{22}==)$/, 'md5'],
]

/** The hash of the whole file that a server tells, if it tells one. */
export function readDigest(answered: Headers, status: number): Digest | undefined {
  // Of what was sent, not of the file.
  if (isDecompressed(answered)) return undefined
  for (const [name, pattern, algorithm] of status === 200 ? [...ofFile, ...ofAnswer] : ofFile) {
    const [, value] = pattern.exec(answered.get(name) ?? '') ?? []
    if (value) return { algorithm, value }
  }
  return undefined
}

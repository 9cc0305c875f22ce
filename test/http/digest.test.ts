import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { readDigest } from '../../src/http/file-headers.ts'

const hash = (algorithm: string) => createHash(algorithm).update('the file').digest('base64')
const [short, long, md5] = [hash('sha256'), hash('sha512'), hash('md5')]
const sha256 = { algorithm: 'sha-256', value: short }
const sha512 = { algorithm: 'sha-512', value: long }

test.each<[headers: Record<string, string>, digest: object | undefined, inPart?: false]>([
  [{ 'repr-digest': `sha-256=:${short}:` }, sha256],
  [{ 'repr-digest': `sha-512=:${long}:` }, sha512],
  [{ 'repr-digest': `SHA-512=:${long}:` }, sha512],
  [{ 'repr-digest': `md5=:${md5}:, sha-256=:${short}:` }, sha256],
  [{ 'repr-digest': `unixsum=1,sha-512=:${long}:;x=1, sha-256=:${short}:` }, sha256],
  [{ digest: `sha-256=${short}` }, sha256],
  [{ digest: `MD5=${md5},SHA-512=${long}` }, sha512],
  [{ digest: `sha-512=${long}`, 'repr-digest': `sha-256=:${short}:` }, sha256],
  [{ 'x-amz-checksum-sha256': short }, sha256, false],
  [{ 'content-md5': md5 }, { algorithm: 'md5', value: md5 }, false],
  [{ 'content-md5': md5, 'x-amz-checksum-sha256': short }, sha256, false],
  [{}, undefined],
  [{ 'repr-digest': `sha-256=${short}` }, sha256],
  [{ 'repr-digest': `sha-256=:${long}:` }, undefined],
  [{ 'repr-digest': `sha-512=:${short}:` }, undefined],
  [{ 'repr-digest': `xsha-256=:${short}:` }, undefined],
  [{ 'repr-digest': `sha-256=:${short}:x` }, undefined],
  [{ 'content-digest': `sha-256=:${short}:` }, undefined],
  [{ digest: `sha-256=${short.slice(1)}` }, undefined],
  [{ digest: `sha=${short}` }, undefined],
  [{ 'x-amz-checksum-sha256': `${short}-3` }, undefined],
  [{ 'x-amz-checksum-sha256': `x${short}` }, undefined],
  [{ 'content-md5': createHash('md5').update('x').digest('hex') }, undefined],
  [{ 'content-md5': `${md5}=` }, undefined],
])('%j tells %j', (told, digest, inPart) => {
  const headers = new Headers(told)
  expect(readDigest(headers, 200)).toEqual(digest)
  // An answer for a part repeats the hash of the file, or tells that of the part.
  expect(readDigest(headers, 206)).toEqual(inPart === false ? undefined : digest)
  headers.set('content-encoding', 'gzip')
  expect(readDigest(headers, 200)).toBeUndefined()
})

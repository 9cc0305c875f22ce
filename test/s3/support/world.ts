import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { createVirtualClock } from '../../../src/testing/index.ts'
import { createLoyaltyDogClient } from '../../../src/vendors/loyaltydog.ts'
import { openProxy } from './cutting-proxy.ts'
import { openS3, type S3Request, type Signing } from './s3.ts'
import { openVendor, token } from './vendor.ts'

const secrets = { merchantToken: 'merchant-token-0123456789', custom: 'custom-value-0123456789' }

// All that has any business with S3. Whatever else comes from the client does not belong there.
const allowed =
  /^(?:host|connection|accept|accept-encoding|accept-language|sec-fetch-mode|user-agent|range|if-match|pragma|cache-control)$/

/** The headers that S3 ought not to have seen, by name; and every place where a secret of the vendor stood. */
export function strayHeaders(requests: readonly S3Request[]): string[] {
  const words = [token, ...Object.values(secrets)]
  return requests.flatMap(({ url, headers }) => [
    ...Object.keys(headers).filter((name) => !allowed.test(name)),
    ...words.filter((word) => JSON.stringify([url, headers]).includes(word)),
  ])
}

/**
 * S3 behind a proxy that cuts, a vendor whose exports lie there, and a client of it; gone when the test is over. Of no
 * test may S3 have seen anything that is meant for the vendor.
 */
export async function openWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-s3-'))
  const s3 = await openS3(join(folder, 's3'))
  const proxy = await openProxy(s3.port)
  const sign = s3.signer(proxy.origin)
  /** How the vendor signs, by the number of the call. */
  const vendorSigns = { with: (_call: number): Signing => ({}) }
  const vendor = await openVendor((id, call) => sign(`${id}.csv`, vendorSigns.with(call)))
  const clock = createVirtualClock({ auto: true })
  const client = createLoyaltyDogClient({
    baseUrl: vendor.origin,
    token,
    merchantToken: secrets.merchantToken,
    headers: { 'x-custom': secrets.custom },
    clock,
  })
  onTestFinished(async () => {
    await Promise.all([proxy.close(), vendor.close(), s3.close()])
    await rm(folder, { recursive: true })
    expect(s3.requests.length).toBeGreaterThan(0)
    expect(strayHeaders(s3.requests)).toEqual([])
  })
  return {
    s3,
    proxy,
    vendor,
    vendorSigns,
    client,
    clock,
    sign,
    to: join(folder, 'export.csv'),
    /** Puts the export with the id `export` there. */
    put: (bytes: Buffer) => s3.put('export.csv', bytes),
    /** What was downloaded. */
    saved: () => readFile(join(folder, 'export.csv')),
    inFolder: (name: string) => join(folder, name),
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

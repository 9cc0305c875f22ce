import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { createVirtualClock } from '../../../src/testing/index.ts'
import { createLoyaltyDogClient } from '../../../src/vendors/loyaltydog.ts'
import { openProxy } from './cutting-proxy.ts'
import { openS3, type Signing, strayHeaders } from './s3.ts'
import { openVendor, token } from './vendor.ts'

const secrets = { merchantToken: 'merchant-token-0123456789', custom: 'custom-value-0123456789' }

/**
 * S3 behind a proxy that cuts, a vendor whose exports lie there, and a client of it; gone when the test is over. Of no
 * test may S3 have seen anything that is meant for the vendor.
 */
export async function openWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-s3-'))
  const to = join(folder, 'export.csv')
  const s3 = await openS3(join(folder, 's3'))
  const proxy = await openProxy(s3.port, { beforeCut: (place) => untilSaved(`${to}.part`, place) })
  const sign = s3.signer(proxy.origin)
  /** How the vendor signs, by the number of the call. */
  const vendorSigns = { with: (_call: number): Signing => ({}) }
  const vendor = await openVendor(s3.clock, (id, call) => sign(`${id}.csv`, vendorSigns.with(call)))
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
    expect(strayHeaders(s3.requests, Object.values(secrets))).toEqual([])
  })
  return {
    s3,
    proxy,
    vendor,
    vendorSigns,
    client,
    clock,
    sign,
    to,
    /** Puts the export with the id `export` there. */
    put: (bytes: Buffer) => s3.put('export.csv', bytes),
    /** What was downloaded. */
    saved: () => readFile(to),
    folder,
    /** How S3 has answered so far. */
    statuses: () => s3.requests.map(({ status }) => status),
    inFolder: (name: string) => join(folder, name),
    /** What lies in the folder now. */
    files: async () => (await readdir(folder)).filter((name) => name !== 's3').sort(),
  }
}

/** Waits until so many bytes are in a file, for a second at most. */
async function untilSaved(path: string, bytes: number): Promise<void> {
  const sizeOf = () =>
    lstat(path).then(
      (stats) => stats.size,
      () => 0,
    )
  for (let looks = 0; looks < 500 && (await sizeOf()) < bytes; looks++) await sleep(2)
}

export type World = Awaited<ReturnType<typeof openWorld>>

import { describe, expect, test } from 'vitest'
import type { Download, DownloadOptions } from '../../src/http/download.ts'
import { caught, caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { vendors } from '../support/vendors.ts'

interface Downloading {
  openDownload(idOrJob: unknown, options?: DownloadOptions): Promise<Download>
}

describe.each(['tyk', 'anaconda', 'loyaltydog'] as const)('openDownload of %s', (vendor) => {
  const { create, ref } = vendors[vendor]
  const open = (fetch: typeof globalThis.fetch, idOrJob: unknown, options?: DownloadOptions) =>
    (create({ fetch, retries: 0 }) as unknown as Downloading).openDownload(idOrJob, options)

  test.each([undefined, null, 7, '', '../x'])('refuses %j before any request', async (id) => {
    const { fetch, requests } = createFakeFetch({ body: {} })
    expect(await caughtError(open(fetch, id))).toMatchObject({ code: 'invalid-ref', vendor })
    expect(requests).toHaveLength(0)
  })

  test('that is aborted while the vendor is asked ends with the signal`s reason', async () => {
    const controller = new AbortController()
    const fetch = () => {
      setImmediate(() => controller.abort('enough'))
      return new Promise<never>(() => {})
    }
    expect(await caught(open(fetch, ref, { signal: controller.signal }))).toBe('enough')
  })
})

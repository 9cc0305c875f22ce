import { describe, expectTypeOf, test } from 'vitest'
import {
  type Download,
  type DownloadableClient,
  type DownloadOptions,
  type ExportJob,
  type ExportRecord,
  type RecordsOptions,
  records,
} from '../../src/index.ts'
import { type DownloadProgress, type DownloadToFileOptions, download } from '../../src/node/index.ts'
import type { AnacondaClient, AnacondaJob } from '../../src/vendors/anaconda.ts'
import type { DidomiClient } from '../../src/vendors/didomi.ts'
import type { LoyaltyDogClient, LoyaltyDogJob } from '../../src/vendors/loyaltydog.ts'
import type { TykClient, TykJob } from '../../src/vendors/tyk.ts'

declare const tyk: TykClient
declare const anaconda: AnacondaClient
declare const loyaltydog: LoyaltyDogClient
declare const didomi: DidomiClient
declare const tykJob: TykJob
declare const anacondaJob: AnacondaJob

describe('a client that has downloads', () => {
  test('is each but Didomi`s', () => {
    expectTypeOf<TykClient>().toExtend<DownloadableClient<string, TykJob>>()
    expectTypeOf<AnacondaClient>().toExtend<DownloadableClient<string, AnacondaJob>>()
    expectTypeOf<LoyaltyDogClient>().toExtend<DownloadableClient<string, LoyaltyDogJob>>()
    expectTypeOf<DidomiClient>().not.toHaveProperty('openDownload')
  })

  test('may be one`s own', () => {
    interface Ref {
      readonly tenant: string
    }
    const own = {
      vendor: 'own',
      get: async (ref: Ref): Promise<ExportJob<unknown, Ref>> => Promise.reject(ref),
      openDownload: async (): Promise<Download> => ({ body: new Blob([]).stream(), start: 0 }),
    }
    expectTypeOf(own).toExtend<DownloadableClient<Ref, ExportJob<unknown, Ref>>>()
    records(own, { tenant: 'a' })
    download(own, { tenant: 'a' }, { to: 'out.json' })
    // @ts-expect-error no ref of it
    records(own, 'a')
  })

  test('opens by id or job, in part if asked to', () => {
    expectTypeOf(tyk.openDownload).parameter(0).toEqualTypeOf<string | TykJob>()
    expectTypeOf(tyk.openDownload).parameter(1).toEqualTypeOf<DownloadOptions | undefined>()
    expectTypeOf(tyk.openDownload('a')).resolves.toEqualTypeOf<Download>()
    tyk.openDownload(tykJob, { range: { start: 5 }, ifMatch: '"v1"', signal: undefined })
    // @ts-expect-error another vendor's job
    tyk.openDownload(anacondaJob)
    // @ts-expect-error where does it begin?
    tyk.openDownload('a', { range: { end: 5 } })
  })
})

describe('records', () => {
  test('are read-only objects of anything', async () => {
    for await (const record of records(tyk, 'a')) {
      expectTypeOf(record).toEqualTypeOf<ExportRecord>()
      expectTypeOf(record.anything).toEqualTypeOf<unknown>()
      // @ts-expect-error readonly
      record.anything = 1
    }
    expectTypeOf(records(anaconda, anacondaJob)).toExtend<AsyncIterable<ExportRecord>>()
  })

  test('take an id or a job of the vendor, and a signal', () => {
    records(loyaltydog, 'a', {})
    records(loyaltydog, 'a', { signal: undefined })
    expectTypeOf<RecordsOptions>().toEqualTypeOf<Partial<RecordsOptions>>()
    // @ts-expect-error another vendor's job
    records(tyk, anacondaJob)
    // @ts-expect-error Didomi has no downloads
    records(didomi, { exportId: 'a', runId: 'b' })
    // @ts-expect-error no such option
    records(tyk, 'a', { format: 'csv' })
  })
})

describe('download', () => {
  test('needs to know where to', () => {
    expectTypeOf(download(tyk, 'a', { to: 'out.json' })).resolves.toEqualTypeOf<{
      path: string
      bytes: number
    }>()
    download(tyk, tykJob, { to: 'out/', overwrite: true, signal: undefined, wait: undefined })
    // @ts-expect-error where to?
    download(tyk, 'a', {})
    // @ts-expect-error where to?
    download(tyk, 'a')
    // @ts-expect-error Didomi has no downloads
    download(didomi, { exportId: 'a', runId: 'b' }, { to: 'out.json' })
    // @ts-expect-error another vendor's job
    download(anaconda, tykJob, { to: 'out.json' })
  })

  test('tells how far it is, and waits as its vendor`s wait does', () => {
    download(tyk, 'a', {
      to: 'out.json',
      onProgress(progress) {
        expectTypeOf(progress).toEqualTypeOf<DownloadProgress>()
        expectTypeOf(progress.bytes).toEqualTypeOf<number>()
        expectTypeOf(progress.total).toEqualTypeOf<number | undefined>()
        expectTypeOf(progress.bytesPerSecond).toEqualTypeOf<number>()
      },
      wait: {
        timeout: '2h',
        onUpdate(update) {
          if (update.type === 'job') expectTypeOf(update.job).toEqualTypeOf<TykJob>()
        },
      },
    })
    expectTypeOf<DownloadToFileOptions['to']>().toEqualTypeOf<string>()
  })
})

import { describe, expectTypeOf, test } from 'vitest'
import {
  type CompletedJob,
  type Duration,
  type ExportClient,
  type ExportJob,
  type ExportJobsError,
  isExportJobsError,
  type Observation,
  type PollResult,
  pollOnce,
  startWait,
  type Update,
  type Updates,
  WaitError,
  type WaitErrorReason,
  type WaitOptions,
  type WaitState,
  waitForCompletion,
  waitKey,
  watch,
} from '../../src/index.ts'
import type { AnacondaClient, AnacondaJob } from '../../src/vendors/anaconda.ts'
import type { DidomiClient, DidomiJob, DidomiRef, DidomiRun } from '../../src/vendors/didomi.ts'
import type { LoyaltyDogClient, LoyaltyDogJob } from '../../src/vendors/loyaltydog.ts'
import type { TykClient, TykJob } from '../../src/vendors/tyk.ts'

declare const tyk: TykClient
declare const anaconda: AnacondaClient
declare const loyaltydog: LoyaltyDogClient
declare const didomi: DidomiClient
declare const tykJob: TykJob
declare const didomiJob: DidomiJob
const ref: DidomiRef = { exportId: 'a', runId: 'b' }

type Completed<Job extends ExportJob> = Extract<Job, { status: 'completed' }>

describe('waitForCompletion', () => {
  test('comes back with a completed job that has the vendor`s own raw', () => {
    expectTypeOf(waitForCompletion(tyk, 'e1')).resolves.toEqualTypeOf<Completed<TykJob>>()
    expectTypeOf(waitForCompletion(anaconda, 'e1')).resolves.toEqualTypeOf<Completed<AnacondaJob>>()
    expectTypeOf(waitForCompletion(loyaltydog, 'e1')).resolves.toEqualTypeOf<Completed<LoyaltyDogJob>>()
    expectTypeOf(waitForCompletion(didomi, ref)).resolves.toEqualTypeOf<CompletedJob<DidomiRun, DidomiRef>>()
    expectTypeOf<Awaited<ReturnType<TykClient['get']>>>().toEqualTypeOf<TykJob>()
    expectTypeOf<TykJob['raw']>().not.toBeAny()
    expectTypeOf<TykJob['raw']>().not.toEqualTypeOf<AnacondaJob['raw']>()
    expectTypeOf<TykJob['raw']>().not.toEqualTypeOf<LoyaltyDogJob['raw']>()
    expectTypeOf<DidomiJob['raw']>().toEqualTypeOf<DidomiRun>()
  })

  test('takes the ref of its vendor, or a state of one', () => {
    waitForCompletion(tyk, startWait('e1'))
    waitForCompletion(didomi, startWait(ref))
    // @ts-expect-error Didomi needs an export and a run
    waitForCompletion(didomi, 'e1')
    // @ts-expect-error Didomi needs a run too
    waitForCompletion(didomi, { exportId: 'a' })
    // @ts-expect-error Tyk takes a string
    waitForCompletion(tyk, ref)
    // @ts-expect-error a state of another vendor's ref
    waitForCompletion(didomi, startWait('e1'))
    // @ts-expect-error an id is no number
    waitForCompletion(anaconda, 5)
    // @ts-expect-error a ref is needed
    waitForCompletion(loyaltydog)
  })

  test('takes any object of the shape', () => {
    interface Raw {
      readonly state: string
    }
    const own = {
      vendor: 'own',
      get: async (id: number): Promise<ExportJob<Raw, number>> => {
        throw id
      },
    }
    expectTypeOf(own).toExtend<ExportClient<number, ExportJob<Raw, number>>>()
    expectTypeOf(waitForCompletion(own, 5)).resolves.toEqualTypeOf<CompletedJob<Raw, number>>()
    // @ts-expect-error no get
    waitForCompletion({ vendor: 'own' }, 5)
    // @ts-expect-error no vendor
    waitForCompletion({ get: own.get }, 5)
  })
})

describe('a job in the place of its ref', () => {
  test('is taken by the client of its vendor', () => {
    expectTypeOf(waitForCompletion(tyk, tykJob)).resolves.toEqualTypeOf<Completed<TykJob>>()
    expectTypeOf(waitForCompletion(didomi, didomiJob)).resolves.toEqualTypeOf<Completed<DidomiJob>>()
    expectTypeOf(watch(tyk, tykJob)).toEqualTypeOf<Updates<TykJob>>()
    expectTypeOf(startWait(tykJob)).toEqualTypeOf<WaitState<string>>()
    expectTypeOf(startWait(didomiJob)).toEqualTypeOf<WaitState<DidomiRef>>()
    expectTypeOf(startWait('e1')).toEqualTypeOf<WaitState<string>>()
    // @ts-expect-error a job of another vendor
    waitForCompletion(tyk, didomiJob)
    // @ts-expect-error a job of another vendor
    watch(didomi, tykJob)
  })

  test('has a key, as its ref has', () => {
    expectTypeOf(waitKey(didomi, ref)).toEqualTypeOf<string>()
    waitKey(didomi, didomiJob)
    waitKey('didomi', ref)
    waitKey(tyk, tykJob)
    // @ts-expect-error no ref of this vendor
    waitKey(didomi, { exportId: 'a' })
  })
})

describe('options', () => {
  test('durations', () => {
    expectTypeOf<5 | '5ms' | '1.5s' | '10m' | '1h' | '7d'>().toExtend<Duration>()
    expectTypeOf<WaitOptions['timeout']>().toEqualTypeOf<Duration | undefined>()
    // @ts-expect-error no unit
    waitForCompletion(tyk, 'e1', { timeout: '5' })
    // @ts-expect-error no unit of ours
    waitForCompletion(tyk, 'e1', { timeout: '5 weeks' })
    // @ts-expect-error a Date is no duration
    waitForCompletion(tyk, 'e1', { timeout: new Date() })
  })

  test('all of them are optional, and may be undefined', () => {
    waitForCompletion(tyk, 'e1', {})
    waitForCompletion(tyk, 'e1', { timeout: undefined, signal: undefined, schedule: undefined })
    expectTypeOf<WaitOptions>().toEqualTypeOf<Partial<WaitOptions>>()
  })

  test('none is made up', () => {
    // @ts-expect-error no such option
    waitForCompletion(tyk, 'e1', { interval: '5s' })
    // @ts-expect-error no such bound
    waitForCompletion(tyk, 'e1', { schedule: { delay: '5s' } })
    // @ts-expect-error a controller is no signal
    waitForCompletion(tyk, 'e1', { signal: new AbortController() })
    // @ts-expect-error no word
    waitForCompletion(tyk, 'e1', { keepAlive: 'no' })
  })

  test('a schedule is bounds or a function', () => {
    waitForCompletion(tyk, 'e1', { schedule: { minDelay: '1s', maxDelay: 5_000 } })
    waitForCompletion(tyk, 'e1', {
      schedule: (seen) => {
        expectTypeOf(seen).toEqualTypeOf<Observation>()
        expectTypeOf(seen.age).toEqualTypeOf<number>()
        expectTypeOf(seen.job).toEqualTypeOf<ExportJob | undefined>()
        expectTypeOf(seen.hint).toEqualTypeOf<number | undefined>()
        return seen.polls < 5 ? '1s' : 5_000
      },
    })
    // @ts-expect-error not a duration
    waitForCompletion(tyk, 'e1', { schedule: () => 'soon' })
  })

  test('onUpdate knows the vendor`s job', () => {
    waitForCompletion(didomi, ref, {
      onUpdate: (update) => expectTypeOf(update).toEqualTypeOf<Update<DidomiJob>>(),
    })
  })
})

describe('updates', () => {
  test('are told apart by type', async () => {
    for await (const update of watch(tyk, 'e1')) {
      expectTypeOf(update).toEqualTypeOf<Update<TykJob>>()
      if (update.type === 'job') {
        expectTypeOf(update.job).toEqualTypeOf<TykJob>()
        expectTypeOf(update.nextPollAt).toEqualTypeOf<Date | undefined>()
      } else {
        expectTypeOf(update.type).toEqualTypeOf<'poll-failed'>()
        expectTypeOf(update.error).toEqualTypeOf<ExportJobsError>()
        expectTypeOf(update.nextPollAt).toEqualTypeOf<Date>()
      }
      // @ts-expect-error not before the type is known
      void update.job
    }
    expectTypeOf(watch(tyk, 'e1')).toExtend<AsyncIterable<Update<TykJob>>>()
    expectTypeOf(watch(tyk, 'e1').return()).resolves.toExtend<IteratorResult<Update<TykJob>>>()
  })
})

describe('pollOnce', () => {
  test('keeps ref and job', async () => {
    const result = await pollOnce(didomi, startWait(ref))
    expectTypeOf(result).toEqualTypeOf<PollResult<DidomiRef, DidomiJob>>()
    expectTypeOf(result.state).toEqualTypeOf<WaitState<DidomiRef>>()
    expectTypeOf(result.update).toEqualTypeOf<Update<DidomiJob>>()
    expectTypeOf(result.wakeAt).toEqualTypeOf<Date | undefined>()
    // @ts-expect-error a state is not written to
    result.state.polls = 0
  })

  test('takes a state only', () => {
    // @ts-expect-error a ref is no state
    pollOnce(tyk, 'e1')
    // @ts-expect-error since is a Date
    startWait('e1', { since: 5 })
    startWait('e1', { since: new Date() })
    startWait('e1', { since: undefined })
  })
})

test('errors', () => {
  const error: unknown = undefined
  if (isExportJobsError(error)) {
    expectTypeOf(error).toEqualTypeOf<ExportJobsError>()
    expectTypeOf(error.code).toEqualTypeOf<string>()
    expectTypeOf(error.retryable).toEqualTypeOf<boolean>()
    expectTypeOf(error.vendor).toEqualTypeOf<string | undefined>()
  }
  if (error instanceof WaitError) {
    expectTypeOf(error.code).toEqualTypeOf<`wait-${WaitErrorReason}`>()
    expectTypeOf(error.retryAt).toEqualTypeOf<Date | undefined>()
    expectTypeOf(error.cause).toEqualTypeOf<ExportJobsError | undefined>()
  }
})

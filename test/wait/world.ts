import { vi } from 'vitest'
import {
  ApiError,
  type Clock,
  type ExportClient,
  type ExportJob,
  type GetOptions,
  WaitError,
} from '../../src/index.ts'

// All of it is virtual time; what a test takes of the real one is the machine's load. Mutants hang in earnest.
if (!process.env.STRYKER_MUTATOR_WORKER) vi.setConfig({ testTimeout: 30_000 })

/** What the vendor of these tests answers with; `secret` must not turn up in any log. */
export interface AcmeRaw {
  readonly secret: string
}

export type AcmeJob = ExportJob<AcmeRaw, string>
export type AcmeClient = ExportClient<string, AcmeJob>

const base = { vendor: 'acme', id: 'e1', ref: 'e1', raw: { secret: 'raw-words' } }

type Extra = {
  progress?: number
  retryAfter?: number
  createdAt?: Date
  answeredAt?: Date
  rawStatus?: string
}

export const pending = (extra: Extra = {}): AcmeJob => ({
  ...base,
  status: 'pending',
  rawStatus: 'WAITING',
  ...extra,
})
export const running = (extra: Extra = {}): AcmeJob => ({
  ...base,
  status: 'running',
  rawStatus: 'BUSY',
  ...extra,
})
export const unknown = (extra: Extra = {}): AcmeJob => ({
  ...base,
  status: 'unknown',
  rawStatus: 'ARCHIVING',
  ...extra,
})
export const completed: AcmeJob = { ...base, status: 'completed', rawStatus: 'DONE' }
export const failed: AcmeJob = { ...base, status: 'failed', rawStatus: 'BROKEN', reason: 'disk full' }
export const canceled: AcmeJob = { ...base, status: 'canceled', rawStatus: 'STOPPED' }
export const expired: AcmeJob = { ...base, status: 'expired', rawStatus: 'GONE' }

export const apiError = (
  httpStatus: number,
  more: { retryAfter?: number; permanent?: boolean } = {},
): ApiError => new ApiError(`HTTP ${httpStatus}`, { vendor: 'acme', httpStatus, ...more })

/** One answer: a job is returned, an error thrown, a function called. */
export type Step = AcmeJob | Error | ((options: GetOptions) => unknown)

/** A client that answers from a list; its last answer stays. */
export interface ScriptedClient extends AcmeClient {
  /** What the clock said at each poll. */
  readonly times: number[]
  readonly calls: { ref: string; options: GetOptions }[]
}

export function scripted(clock: Clock, ...steps: Step[]): ScriptedClient {
  const times: number[] = []
  const calls: { ref: string; options: GetOptions }[] = []
  return {
    vendor: 'acme',
    times,
    calls,
    async get(ref, options = {}) {
      const step = steps[Math.min(times.length, steps.length - 1)]
      times.push(clock.now())
      calls.push({ ref, options })
      // A wait that never ends would hang the run: virtual time leaves no turn to any time limit.
      if (times.length > 10_000) throw apiError(403)
      if (typeof step === 'function') return (await step(options)) as AcmeJob
      if (step instanceof Error) throw step
      return step as AcmeJob
    },
  }
}

/** The clock that everybody writes first: it knows no signal and sleeps in no time. */
export function naiveClock(start = 0): Clock {
  let time = start
  return {
    now: () => time,
    sleep: async (ms: number) => {
      time += ms
    },
  }
}

/** What a promise came to, non-errors included. */
export async function outcome<Value>(
  promise: Promise<Value>,
): Promise<{ value: Value; error?: never } | { value?: never; error: unknown }> {
  try {
    return { value: await promise }
  } catch (error) {
    return { error }
  }
}

/** The WaitError that a wait is expected to end with. */
export async function waitErrorOf(promise: Promise<unknown>): Promise<WaitError<string>> {
  const { error } = await outcome(promise)
  if (error instanceof WaitError) return error as WaitError<string>
  throw new Error('The wait did not end with a WaitError.', { cause: error })
}

/** The gaps between instants. */
export const gaps = (times: readonly number[]): number[] =>
  times.slice(1).map((time, index) => time - (times[index] as number))

export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const entry of Object.values(value)) deepFreeze(entry)
  }
  return value
}

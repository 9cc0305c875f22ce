import { ConfigurationError, type Update, type WaitOptions, waitForCompletion } from '../../../src/index.ts'
import type { TykClientOptions } from '../../../src/vendors/tyk.ts'
import { createFakeFetch, type FakeAnswer, type SeenRequest } from '../../support/fake-fetch.ts'
import { type VendorName, vendors } from '../../support/vendors.ts'
import { naiveClock, outcome } from '../../wait/world.ts'

/** What a vendor answers to a request: by the instant, in ms since the wait began, and by how many came before. */
export type Answering = (now: number, count: number, request: SeenRequest) => FakeAnswer

/** A client of a vendor, in virtual time, against a vendor that answers as the test says. */
export function createWorld(
  vendor: VendorName,
  answering: Answering | readonly FakeAnswer[],
  options: Partial<TykClientOptions> = {},
) {
  const clock = naiveClock()
  const times: number[] = []
  const updates: Update[] = []
  const { fetch, requests } = createFakeFetch((request) => {
    // A hot loop would hang the run: virtual time leaves no turn to any time limit.
    if (times.length > 2_000) throw new ConfigurationError('invalid-option', 'This is a hot loop.')
    const count = times.push(clock.now()) - 1
    if (typeof answering === 'function') return answering(clock.now(), count, request)
    return answering[Math.min(count, answering.length - 1)] ?? {}
  })
  const client = vendors[vendor].create({ fetch, clock, ...options })
  const { ref } = vendors[vendor]
  return {
    client,
    clock,
    ref,
    requests,
    /** When the requests were made. */
    times,
    updates,
    get: (getOptions = {}) => outcome(client.get(ref, getOptions)),
    wait: (waitOptions: WaitOptions = {}) =>
      outcome(
        waitForCompletion(client, ref, { clock, onUpdate: (update) => updates.push(update), ...waitOptions }),
      ),
  }
}

/** Instants from one to another. */
export const every = (step: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)

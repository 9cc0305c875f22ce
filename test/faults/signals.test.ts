import { expect, test } from 'vitest'
import { records } from '../../src/records/records.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { vendors } from '../support/vendors.ts'

const { fetch, requests } = createFakeFetch({ body: vendors.loyaltydog.completed })
const client = createLoyaltyDogClient({ token: 'secret-token', fetch })
const ref = vendors.loyaltydog.ref as string

test.each<[call: string, run: (options: never) => Promise<unknown>]>([
  ['get', (options) => client.get(ref, options)],
  ['start', (options) => client.start({} as never, options)],
  ['openDownload', (options) => client.openDownload(ref, options)],
  ['api', (options) => client.api.GET('/a' as never, options)],
  ['records', async (options) => records(client, ref, options)[Symbol.asyncIterator]().next()],
])('%s sends nothing under a signal that is none', async (_, run) => {
  for (const signal of [new AbortController(), {}, 'now']) {
    const error = await caughtError(run({ signal } as never))
    expect(error).toMatchObject({ code: 'invalid-option', message: 'signal must be an AbortSignal.' })
  }
  expect(requests).toEqual([])
})

import { expect, test } from 'vitest'
import { resolveClientOptions } from '../../src/http/client-options.ts'
import { beginCall, createCallSource } from '../../src/vendor/context.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'

function begin(answers: FakeAnswer[], given: object = {}) {
  const { fetch, requests } = createFakeFetch(...answers)
  const clock = { now: () => 0, sleep: async () => {} }
  const options = { token: 'acme-token-0123456789', fetch, clock }
  const settings = resolveClientOptions(options, { vendor: 'acme', baseUrl: 'https://api.acme.example/v1' })
  const source = createCallSource(settings, options)
  return { ...beginCall(source, 'export "a"', given), requests }
}

test('all requests of a call have what its caller gave, and are named in errors', async () => {
  const { context, requests } = begin([{ body: {} }, { status: 503 }], { retries: 0, timeout: '5s' })
  expect(context.call).toEqual({ signal: undefined, timeout: '5s', retries: 0 })
  await context.request({ path: '/a' })
  const error = await caughtError(context.request({ path: '/b' }))
  expect(error.message).toContain('export "a"')
  expect(requests).toHaveLength(2)
})

test('the last response of a call is that of its last request that succeeded', async () => {
  const { context, lastResponse } = begin([
    { body: {}, status: 200 },
    { body: {}, status: 202 },
    { status: 400 },
  ])
  expect(lastResponse()).toBeUndefined()
  await context.request({ path: '/a' })
  await context.fetch('/b')
  expect(lastResponse()?.status).toBe(202)
  await caughtError(context.fetch('/c'))
  expect(lastResponse()?.status).toBe(202)
})

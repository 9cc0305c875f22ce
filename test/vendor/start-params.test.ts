import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { checkStartedRef, checkStartParams } from '../../src/vendor/start-params.ts'
import { createAnacondaClient } from '../../src/vendors/anaconda.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { createPlainClient, secretToken, startParams } from '../support/vendors.ts'

const schema = z.strictObject({ a: z.string().check(z.refine((each) => each !== 'x', 'must not be x')) })
const check = (params: object | undefined) => checkStartParams(schema, params, 'acme')

test('what is as documented comes back as a copy', async () => {
  const params = { a: 'b' }
  const checked = await check(params)
  expect({ ...checked }).toEqual(params)
  expect(checked).not.toBe(params)
})

test.each<[params: object | undefined, words: string]>([
  [undefined, '"a" to start an export at acme is missing or not as documented'],
  [{}, '"a" to start an export at acme is missing or not as documented'],
  [{ a: 5 }, '"a" to start an export at acme is missing or not as documented'],
  [{ a: 'x' }, '"a" to start an export at acme must not be x'],
  [{ a: 'b', hush: 'secret' }, '"hush" to start an export at acme is not known'],
])('%j is refused', async (params, words) => {
  const error = await caughtError(check(params))
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
  expect(error.message).toContain(words)
  expect(error.message).not.toContain('secret')
})

test.each([
  [z.strictObject({ a: z.string(), long: z.optional(z.string()) }), 'It knows a, long.'],
  // What is no object of zod's does not tell its names.
  [z.union([z.strictObject({ a: z.string() })]), undefined],
])('an unknown parameter is answered by those that are known', async (schema, advice) => {
  const error = await caughtError(checkStartParams(schema, { a: '', other: 1 }, 'acme'))
  expect([error.code, error.advice]).toEqual(['invalid-option', advice])
})

describe('a parameter that nobody knows is refused before any request', () => {
  const { fetch, requests } = createFakeFetch({ body: {} })
  const options = { fetch, token: secretToken }

  test.each<[vendor: string, start: () => Promise<unknown>]>([
    ['tyk', () => createPlainClient({ fetch }).start({ ...startParams, sorce: 'a' } as never)],
    ['anaconda', () => createAnacondaClient(options).start({ sorce: 'a' } as never)],
    ['loyaltydog', () => createLoyaltyDogClient(options).start({ sorce: 'a' } as never)],
  ])('%s', async (_, start) => {
    expect(await caughtError(start())).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
    expect(requests).toHaveLength(0)
  })
})

test.each<[ref: unknown]>([['a'], [{ account: '7', id: '12' }]])('%j finds a started export', (ref) => {
  expect(() => checkStartedRef(ref, 'acme')).not.toThrow()
})

test.each<[ref: unknown]>([
  [''],
  ['..'],
  [5],
  [undefined],
  [null],
  [{}],
  [{ account: '7', id: undefined }],
  [{ account: '7', id: null }],
  [{ account: '7', id: '..' }],
  ['[redacted]-0001'],
])('%j does not', (ref) => {
  expect(() => checkStartedRef(ref, 'acme')).toThrow(expect.objectContaining({ code: 'unexpected-shape' }))
})

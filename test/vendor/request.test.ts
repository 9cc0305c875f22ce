import { expect, test, vi } from 'vitest'
import * as z from 'zod/mini'
import { requestJson, type VendorRequest } from '../../src/vendor/request.ts'
import { caughtError } from '../support/caught.ts'

const subject = { vendor: 'acme', subject: 'export "a"' }

async function send(request: VendorRequest<unknown>) {
  const fetch = vi.fn(async () => Response.json({ a: 1 }))
  const value = await requestJson(fetch, subject, request)
  return { value, sent: fetch.mock.calls[0] as unknown as [string, RequestInit] }
}

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

test('a path whose parameter is missing is not sent', async () => {
  const fetch = vi.fn()
  const error = await caughtError(requestJson(fetch, subject, { path: '/a/{id}' }))
  expect(error).toMatchObject({ name: 'ConfigurationError', message: 'The id for acme is missing.' })
  expect(fetch).not.toHaveBeenCalled()
})

test.each<[what: string, request: VendorRequest, url: string, init: object]>([
  ['a path', { path: '/a' }, '/a', { method: 'GET', headers: {}, body: null }],
  ['parameters', { path: '/a/{id}', params: { id: 'x y' } }, '/a/x%20y', { method: 'GET' }],
  [
    'a query',
    { path: '/a', query: { b: 'c d', none: undefined, n: 0 } },
    '/a?b=c%20d&n=0',
    { method: 'GET' },
  ],
  ['JSON', { path: '/a', json: { b: 1 } }, '/a', { method: 'POST', headers: json, body: '{"b":1}' }],
  ['JSON that is falsy', { path: '/a', json: null }, '/a', { method: 'POST', headers: json, body: 'null' }],
  ['a form', { path: '/a', form: { b: 'c d' } }, '/a', { method: 'POST', headers: form, body: 'b=c+d' }],
  ['a method', { path: '/a', method: 'PUT', json: 1 }, '/a', { method: 'PUT', body: '1' }],
  ['headers', { path: '/a', json: 1, headers: { 'x-a': 'b' } }, '/a', { headers: { ...json, 'x-a': 'b' } }],
  ['headers as a Map', { path: '/a', headers: new Map([['x-a', 'b']]) }, '/a', { headers: { 'x-a': 'b' } }],
  [
    'headers as Headers',
    { path: '/a', headers: new Headers({ 'x-a': 'b' }) },
    '/a',
    { headers: { 'x-a': 'b' } },
  ],
])('%s', async (_, request, url, init) => {
  const { sent } = await send(request)
  expect(sent[0]).toBe(url)
  expect(sent[1]).toMatchObject(init)
})

test('the answer is checked where there is a schema', async () => {
  expect((await send({ path: '/a' })).value).toEqual({ a: 1 })
  expect((await send({ path: '/a', schema: z.object({ a: z.number() }) })).value).toEqual({ a: 1 })
  const error = await caughtError(send({ path: '/a', schema: z.object({ a: z.string() }) }))
  expect(error).toMatchObject({ code: 'unexpected-shape', message: expect.stringContaining('"a"') })
})

test('a parameter that climbs is refused before any request', async () => {
  expect(await caughtError(send({ path: '/a/{id}', params: { id: '..' } }))).toMatchObject({
    code: 'invalid-ref',
  })
})

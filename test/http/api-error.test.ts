import { expect, test } from 'vitest'
import { toApiError } from '../../src/http/api-error.ts'
import { createRedactor } from '../../src/http/redact.ts'

const request = { vendor: 'tyk', subject: 'export "a"', isCrossOrigin: false }
const redactor = createRedactor(['secret-token'])
const make = (
  status: number,
  {
    text = '',
    headers = {},
    ...more
  }: { text?: string; headers?: Record<string, string>; isCrossOrigin?: boolean } = {},
) =>
  toApiError(
    { ...request, ...more } as never,
    new Response(null, { status, headers }),
    text,
    undefined,
    redactor,
  )

test.each([
  [401, /Check the token/],
  [402, /plan/],
  [403, /role/],
  [404, /Check the id/],
  [410, /start a new export/],
  [429, /try again later/],
])('%i says what to do next', (status, advice) => {
  expect(make(status)).toMatchObject({ httpStatus: status, advice: expect.stringMatching(advice) })
  expect(make(status).message).toMatch(/^tyk answered HTTP \d+ for export "a"\./)
})

test.each([[403], [404], [410], [412]])('%i of a store is of the store, with other advice', (status) => {
  const error = make(status, { isCrossOrigin: true })
  expect(error.message).toContain('The store that tyk points to')
  expect(error.advice).not.toBe(make(status).advice)
})

test.each([[400], [409], [418], [500], [503]])('%i has no advice', (status) => {
  expect(make(status).advice).toBeUndefined()
})

test('the id in the body goes before that of the headers, both without secrets', () => {
  const headers = { 'x-request-id': 'r-secret-token' }
  expect(make(500, { headers }).requestId).toBe('r-[redacted]')
  expect(make(500, { headers, text: '{"request_id":"b-1"}' }).requestId).toBe('b-1')
})

test('what the vendor says is without secrets, and nothing is made up', () => {
  const text = JSON.stringify({ title: 'no secret-token', detail: 'a secret-token' })
  expect(make(400, { text }).problem).toEqual({ title: 'no [redacted]', detail: 'a [redacted]' })
  expect(make(400).problem).toEqual({})
  expect(make(400, { headers: { 'retry-after': '3' } }).retryAfter).toBe(3_000)
})

import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/http/read-body.ts'
import { createRedactor } from '../../src/http/redact.ts'
import { caughtError } from '../support/caught.ts'
import { serve } from '../support/serve.ts'
import { createPlainClient, runningExport } from '../support/vendors.ts'

const redactor = createRedactor(['secret-token'])
const request = { vendor: 'tyk', subject: 'export "a"' }

test.each<[text: string, value: unknown]>([
  ['{"a":[1]}', { a: [1] }],
  [' null ', null],
  ['"a\\nb"', 'a\nb'],
  ['{"a":"secret-token"}', { a: '[redacted]' }],
  ['{"a":"secret\\u002dtoken"}', { a: '[redacted]' }],
])('%s', (text, value) => expect(parseJson(text, request, redactor)).toEqual(value))

test.each([
  ['', 'an empty body'],
  [' \n', 'an empty body'],
  ['<!DOCTYPE html><p>', 'HTML'],
  ['\n<html>', 'HTML'],
  ['{"half', 'a body that is not JSON'],
  ['secret-token', 'a body that is not JSON'],
])('%j is %s', (text, found) => {
  expect(() => parseJson(text, request, redactor)).toThrow(expect.objectContaining({ code: 'not-json' }))
  expect(() => parseJson(text, request, redactor)).toThrow(`answered ${found} instead of JSON`)
  expect(() => parseJson(text, request, redactor)).not.toThrow('secret-token')
})

describe('over real HTTP', () => {
  const types: [what: string, headers: Record<string, string | string[]>][] = [
    ['JSON', { 'content-type': 'application/json' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['HTML', { 'content-type': 'text/html; charset=utf-8' }],
    ['two types', { 'content-type': ['application/json', 'text/html'] }],
    ['no type', {}],
    ['nonsense', { 'content-type': ';;;' }],
  ]

  test.each(types)('JSON under %s is JSON', async (_, headers) => {
    const { origin } = await serve((_, response) =>
      response.writeHead(200, headers).end(JSON.stringify(runningExport())),
    )
    expect(await createPlainClient({ baseUrl: origin }).get('exp-1')).toMatchObject({ status: 'running' })
  })

  test.each(types)('HTML under %s is refused', async (_, headers) => {
    const { origin } = await serve((_, response) =>
      response.writeHead(200, headers).end('<!doctype html><p>completed'),
    )
    const error = await caughtError(createPlainClient({ baseUrl: origin, retries: 0 }).get('exp-1'))
    expect(error).toMatchObject({ name: 'ResponseError', code: 'not-json' })
  })
})

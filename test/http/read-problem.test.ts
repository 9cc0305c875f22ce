import { describe, expect, test } from 'vitest'
import { type ReadProblem, readProblem } from '../../src/http/api-error.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { createPlainClient } from '../support/vendors.ts'

const refuse = (text: string) =>
  caughtError(createPlainClient(createFakeFetch({ status: 400, text })).get('exp-1'))

test.each([
  ['{"errors":[{"title":"A","detail":"b"},{"title":"C"}]}', { title: 'A', detail: 'b' }],
  ['{"error":"Unauthorized"}', { title: 'Unauthorized' }],
  ['{"detail":"text"}', { detail: 'text' }],
  [
    '{"detail":[{"loc":["body","q",0],"msg":"bad","type":"x"},{"msg":"worse"}]}',
    { detail: 'body.q.0: bad; worse' },
  ],
  ['{"error":{"code":"c","message":"m","data":{}}}', { title: 'c', detail: 'm' }],
  ['{"error":{"code":"c","message":"m","details":{}}}', { title: 'c', detail: 'm' }],
  ['{"code":"c","message":"m","status":400}', { title: 'c', detail: 'm' }],
  ['{"code":400,"name":"BadRequest","message":"m","errors":{}}', { title: 'BadRequest', detail: 'm' }],
  ['{"code":400,"name":"BadRequest","message":"m","errors":[]}', { title: 'BadRequest', detail: 'm' }],
  ['{"title":"","detail":""}', {}],
  ['{"title":"","name":"N","code":"c","error":"e"}', { title: 'N' }],
  ['{"title":5,"code":"c","error":"e"}', { title: 'c' }],
  ['{"detail":"","message":"m"}', { detail: 'm' }],
  ['{"errors":["x",{"title":"A"}],"error":{"code":"c"}}', { title: 'c' }],
  ['{"errors":{"0":{"title":"A"}},"title":"B"}', { title: 'B' }],
  [
    '{"detail":[{"loc":["body",null,["x"],{"y":1},2]},{"loc":"body","msg":"bad"}]}',
    { detail: 'body.2; bad' },
  ],
  ['{"detail":[{"type":"x"},{"msg":"bad"},{}]}', { detail: 'bad' }],
  ['{"errors":[]}', {}],
  ['{"errors":["x"]}', {}],
  ['{"detail":[]}', {}],
  ['{"detail":[1,null,[]]}', {}],
  ['{"detail":{"a":"b"}}', {}],
  ['{"__proto__":{"title":"x"},"constructor":"y"}', {}],
  ['[{"title":"x"}]', {}],
  ['"text"', {}],
  ['null', {}],
  ['7', {}],
  ['<html>', {}],
  ['{"detail":"te', {}],
  ['', {}],
])('%s', async (text, problem) => expect((await refuse(text)).problem).toEqual(problem))

test('the id of the request stands in the body of some', async () => {
  expect((await refuse('{"code":"c","message":"m","request_id":"req-1"}')).requestId).toBe('req-1')
  expect(await refuse('{"request_id":7}')).not.toHaveProperty('requestId')
})

describe('the reader of a vendor', () => {
  const text = '{"title":"A","detail":"b","request_id":"r-1"}'
  const usual = { title: 'A', detail: 'b', requestId: 'r-1' }

  test.each<[what: string, read: ReadProblem, found: object]>([
    ['goes first', () => ({ title: 'X', permanent: true }), { ...usual, title: 'X', permanent: true }],
    [
      'gets the body',
      (body) => ({ detail: Object.keys(body as object).join() }),
      { ...usual, detail: 'title,detail,request_id' },
    ],
    ['gets what is usual', (_, { title }) => ({ title: `${title}!` }), { ...usual, title: 'A!' }],
    ['may find nothing', () => ({ title: undefined, requestId: undefined }), usual],
    ['may return nothing', () => undefined as never, usual],
    ['may return no text', () => ({ title: 5, detail: null, requestId: {} }) as never, usual],
    [
      'may stumble',
      (body) => {
        throw new Error(String(body))
      },
      usual,
    ],
  ])('%s', (_, read, found) => expect(readProblem(text, read)).toEqual(found))

  test('gets undefined for what is no JSON', () => {
    expect(readProblem('<p>', (body) => ({ title: String(body) }))).toMatchObject({ title: 'undefined' })
  })
})

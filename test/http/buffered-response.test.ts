import { expect, test } from 'vitest'
import { BufferedResponse } from '../../src/http/buffered-response.ts'

const make = (status = 200, text = '{"a":1}') =>
  new BufferedResponse(status, new Headers({ 'content-type': 'application/json' }), text, () => 'parsed')

test('text and JSON are at hand, as often as they are asked for', async () => {
  const response = make()
  expect([await response.text(), await response.json(), await response.text()]).toEqual([
    '{"a":1}',
    'parsed',
    '{"a":1}',
  ])
  expect(response).toMatchObject({
    status: 200,
    ok: true,
    bodyUsed: false,
    redirected: false,
    type: 'default',
  })
  expect([response.url, response.statusText]).toEqual(['', ''])
})

test.each<[status: number, ok: boolean]>([
  [199, false],
  [200, true],
  [299, true],
  [300, false],
])('%d is ok: %s', (status, ok) => {
  expect(make(status).ok).toBe(ok)
})

test('everything else is as the runtime has it', async () => {
  expect(new TextDecoder().decode(await make().arrayBuffer())).toBe('{"a":1}')
  expect(await (await make().blob()).text()).toBe('{"a":1}')
  expect(await make().clone().text()).toBe('{"a":1}')
  expect(await new Response(make().body).text()).toBe('{"a":1}')
  const form = new BufferedResponse(
    200,
    new Headers({ 'content-type': 'application/x-www-form-urlencoded' }),
    'a=1',
    () => undefined,
  )
  expect((await form.formData()).get('a')).toBe('1')
})

test('a standard response keeps status, headers and the parser', async () => {
  const response = make(404).toStandard()
  expect(response).toBeInstanceOf(Response)
  expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json'])
  expect(await response.json()).toBe('parsed')
})

test.each([204, 205])('a response of %d has no body', (status) => {
  expect(make(status, '').toStandard().body).toBeNull()
})

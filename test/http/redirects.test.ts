import { expect, test } from 'vitest'
import { caughtError } from '../support/caught.ts'
import { sendJson, serve } from '../support/serve.ts'
import { createPlainClient, runningExport, startParams } from '../support/vendors.ts'

test.each([[300], [301], [302], [304], [303], [307], [308]])(
  '%i is followed nowhere, with nothing',
  async (status) => {
    const other = await serve((_, response) => sendJson(response, runningExport()))
    const { origin, requests } = await serve((_, response) =>
      response.writeHead(status, { location: `${other.origin}/exports/exp-1` }).end(),
    )
    const client = createPlainClient({ baseUrl: origin })
    for (const call of [
      () => client.get('exp-1'),
      () => client.start(startParams),
      () => client.openDownload('exp-1'),
      () => client.api.GET('/exports/{id}', { params: { path: { id: 'exp-1' } } }),
    ]) {
      const error = await caughtError(call())
      expect(error).toMatchObject({ name: 'TransportError', code: 'redirect', retryable: false })
      expect(error.message).not.toContain(other.origin)
    }
    expect(other.requests).toHaveLength(0)
    expect(requests).toHaveLength(4)
  },
)

test.each([
  ['on the same origin', '/exports/exp-2'],
  ['without a location', undefined],
])('a redirect %s is not followed either', async (_, location) => {
  const { origin, requests } = await serve((_, response) =>
    response.writeHead(302, location === undefined ? {} : { location }).end(),
  )
  expect(await caughtError(createPlainClient({ baseUrl: origin }).get('exp-1'))).toMatchObject({
    code: 'redirect',
  })
  expect(requests).toHaveLength(1)
})

test.each([
  ['as browsers show it', Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' })],
  ['without a body', new Response(null, { status: 304 })],
])('a redirect %s is none to be read', async (_, response) => {
  const error = await caughtError(createPlainClient({ fetch: async () => response }).get('exp-1'))
  expect(error).toMatchObject({ name: 'TransportError', code: 'redirect' })
})

import { expect, test } from 'vitest'
import { caughtError } from '../support/caught.ts'
import { sendJson, serve } from '../support/serve.ts'
import { createPlainClient, runningExport } from '../support/vendors.ts'

test.each([[301], [302], [303], [307], [308]])('%i is followed nowhere, with nothing', async (status) => {
  const other = await serve((_, response) => sendJson(response, runningExport()))
  const { origin, requests } = await serve((_, response) =>
    response.writeHead(status, { location: `${other.origin}/exports/exp-1` }).end(),
  )
  const client = createPlainClient({ baseUrl: origin })
  const params = {
    source_type: 'llm',
    source_id: 7,
    start_date: '2025-01-01',
    end_date: '2025-01-02',
  } as const
  for (const call of [
    () => client.get('exp-1'),
    () => client.start(params),
    () => client.openDownload('exp-1'),
    () => client.api.GET('/exports/{id}', { params: { path: { id: 'exp-1' } } }),
  ]) {
    const error = await caughtError(call())
    expect(error).toMatchObject({ name: 'TransportError', code: 'redirect', retryable: false })
    expect(error.message).not.toContain(other.origin)
  }
  expect(other.requests).toHaveLength(0)
  expect(requests).toHaveLength(4)
})

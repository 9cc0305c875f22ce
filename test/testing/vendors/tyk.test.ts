import { expect, test } from 'vitest'
import { startWorld } from '../world.ts'

const start = {
  source_type: 'llm',
  source_id: 7,
  start_date: '2025-01-01',
  end_date: '2025-01-31',
  search: 'gpt',
}

test('start, status and download over the life of an export', async () => {
  const { simulator, clock, call } = await startWorld('tyk')
  const { status, body } = await call('/exports', { method: 'POST', body: JSON.stringify(start) })
  expect(status).toBe(202)
  expect(body).toMatchObject({
    type: 'proxy_log_export',
    attributes: {
      source_type: 'llm',
      source_id: 7,
      status: 'pending',
      total_records: 0,
      file_size: 0,
      search_filter: 'gpt',
    },
  })
  expect(body.attributes.expires_at).toBe('0001-01-01T00:00:00Z')
  expect(body.attributes.requested_at).toMatch(/\.\d{9}\+02:00$/)
  expect(Math.abs(Date.parse(body.attributes.requested_at) - Date.now())).toBeLessThan(5000)
  expect(body.attributes).not.toHaveProperty('completed_at')
  expect(body.attributes).not.toHaveProperty('error_message')

  const early = await call(`/exports/${body.id}/download`)
  expect([early.status, early.body.errors[0].title]).toEqual([404, 'Not Ready'])

  await clock.advance(500)
  expect((await call(`/exports/${body.id}`)).body.attributes.status).toBe('processing')
  await clock.advance(1000)
  const done = (await call(`/exports/${body.id}`)).body.attributes
  expect(done).toMatchObject({ status: 'completed', total_records: 3 })
  expect(Date.parse(done.expires_at) - Date.parse(done.completed_at)).toBe(86_400_000)

  const file = await call(`/exports/${body.id}/download`)
  expect(file.headers.get('content-disposition')).toBe(`attachment; filename=proxy-logs-${body.id}.json`)
  expect(file.headers.get('content-length')).toBe(String(done.file_size))
  expect(Date.parse(file.headers.get('last-modified') ?? '')).not.toBeNaN()
  expect(file.body).toHaveLength(3)

  await clock.advance(86_400_000)
  const gone = await call(`/exports/${body.id}/download`)
  expect([gone.status, gone.body.errors[0].title]).toEqual([410, 'Expired'])
  expect((await call(`/exports/${body.id}`)).body.attributes.status).toBe('completed')
  await clock.advance(3_600_000)
  expect((await call(`/exports/${body.id}`)).body.attributes.status).toBe('expired')
  expect(simulator.requests.at(-1)).toMatchObject({
    vendor: 'tyk',
    method: 'GET',
    status: 200,
    at: clock.now(),
  })
})

test.each([
  ['bytes=0-9', 206, 10],
  ['bytes=5-', 206, undefined],
  ['bytes=-4', 206, 4],
  ['bytes=99999999-', 416, 0],
])('download of range %s answers %i', async (range, expected, length) => {
  const { simulator, call } = await startWorld('tyk')
  const id = simulator.tyk.add({ pending: 0, running: 0 })
  const whole = (await call(`/exports/${id}/download`)).text
  const { status, text, headers } = await call(`/exports/${id}/download`, { headers: { range } })
  expect(status).toBe(expected)
  expect(text).toHaveLength(length ?? whole.length - 5)
  expect(headers.get('content-range')).toMatch(new RegExp(`/${whole.length}$`))
  if (expected === 206) expect(whole).toContain(text)
})

test('a download whose file changed is served whole, or refused', async () => {
  const { simulator, call } = await startWorld('tyk')
  const id = simulator.tyk.add({ pending: 0, running: 0 })
  const stale = { range: 'bytes=5-', 'if-range': 'Mon, 01 Jan 2024 00:00:00 GMT' }
  expect((await call(`/exports/${id}/download`, { headers: stale })).status).toBe(200)
  expect((await call(`/exports/${id}/download`, { headers: { 'if-match': '"x"' } })).status).toBe(412)
})

test.each([
  [{ ...start, start_date: '2025-1-1' }, 'start_date'],
  [{ ...start, end_date: '2025-02-30' }, 'end_date'],
  [{ ...start, source_type: 'team' }, 'source_type'],
  [{ ...start, source_id: 0 }, 'source_id'],
  [[], 'JSON'],
])('start refuses %j', async (bad, named) => {
  const { call } = await startWorld('tyk')
  const { status, body } = await call('/exports', { method: 'POST', body: JSON.stringify(bad) })
  expect(status).toBe(400)
  expect(body.errors[0].detail).toContain(named)
})

test('takes exactly "Bearer <key>"', async () => {
  const { simulator, call } = await startWorld('tyk')
  const { token } = simulator.tyk
  expect(token).toMatch(/^[\w-]{43}=$/)
  const id = simulator.tyk.add()
  for (const authorization of [token, `Bearer  ${token}`, `bearer ${token}`, 'Bearer wrong', '']) {
    const { status, body } = await call(`/exports/${id}`, { headers: { authorization } })
    expect([status, body]).toEqual([401, { error: 'Unauthorized' }])
  }
  simulator.tyk.expireToken()
  expect(simulator.tyk.token).not.toBe(token)
  expect((await call(`/exports/${id}`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
  expect((await call(`/exports/${id}`)).status).toBe(200)
})

test('refuses in the order 401, 403, 402, 404', async () => {
  const { simulator, call } = await startWorld('tyk')
  expect((await call('/exports/none')).body).toEqual({
    errors: [{ title: 'Not Found', detail: 'export not found' }],
  })
  simulator.tyk.enterprise = false
  expect((await call('/exports/none')).status).toBe(402)
  simulator.tyk.admin = false
  expect((await call('/exports/none')).body).toEqual({ error: 'Forbidden' })
  expect((await call('/exports/none', { headers: { authorization: '' } })).status).toBe(401)
})

test('an unknown path or method is the web app, without auth', async () => {
  const { simulator, call } = await startWorld('tyk')
  const id = simulator.tyk.add()
  for (const [path, method] of [
    ['/nothing', 'GET'],
    ['/../exports/x', 'GET'],
    [`/exports/${id}`, 'DELETE'],
    ['/exports', 'GET'],
  ]) {
    const { status, headers } = await call(path as string, {
      method: method as string,
      headers: { authorization: '' },
    })
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  }
})

import { expect, test } from 'vitest'
import { startWorld } from '../world.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

test('start, status and download over the life of an export', async () => {
  const { clock, call } = await startWorld('anaconda')
  const start = await call('/api/audit-logs/export', { method: 'POST', body: '{}' })
  expect(start.status).toBe(200)
  const ids = Object.values(start.body).filter((value) => UUID.test(String(value)))
  expect(ids).toHaveLength(1)
  expect(Object.values(start.body).length).toBeGreaterThan(1)

  const path = `/api/audit-logs/export/${ids[0]}`
  const first = (await call(path)).body
  expect(first).toMatchObject({ id: ids[0], status: 'pending', progress: 0 })
  expect(first).toMatchObject({
    total_records: null,
    download_url: null,
    error_message: null,
    completed_at: null,
  })
  expect(first.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
  await clock.advance(800)
  expect((await call(path)).body).toMatchObject({ status: 'running', progress: 50 })
  expect((await call(`${path}/download`)).status).toBe(404)
  await clock.advance(500)
  const done = (await call(path)).body
  expect(done).toMatchObject({
    status: 'completed',
    progress: 100,
    total_records: 3,
    download_url: `${path}/download`,
  })
  const file = await call(`${path}/download`)
  expect(file.headers.get('content-type')).toBe('application/json')
  expect(
    file.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toHaveLength(3)
  expect((await call(`${path}/download`, { headers: { authorization: '' } })).status).toBe(401)
})

test('a failed, a stuck and a silent one', async () => {
  const { simulator, clock, call } = await startWorld('anaconda')
  const failed = simulator.anaconda.add({ outcome: 'failed', error: 'disk full' })
  const stuck = simulator.anaconda.add({ outcome: 'stuck' })
  const silent = simulator.anaconda.add({ progress: false, status: 'hibernating', running: '1d' })
  await clock.advance(3_600_000)
  const status = async (id: string) => (await call(`/api/audit-logs/export/${id}`)).body
  expect(await status(failed)).toMatchObject({
    status: 'failed',
    error_message: 'disk full',
    completed_at: null,
  })
  expect(await status(stuck)).toMatchObject({ status: 'running', progress: 100 })
  expect(await status(silent)).toMatchObject({ status: 'hibernating', progress: null })
})

test('a canceled one, with a reason and without', async () => {
  const { simulator, clock, call } = await startWorld('anaconda')
  const ids = [{}, { error: 'stopped by an admin' }].map((more) =>
    simulator.anaconda.add({ outcome: 'canceled', ...more }),
  )
  await clock.advance(2000)
  const read = async (id: string) => (await call(`/api/audit-logs/export/${id}`)).body
  const [silent, spoken] = await Promise.all(ids.map(read))
  expect(silent).toMatchObject({ status: 'canceled', error_message: null, download_url: null })
  expect(spoken).toMatchObject({ status: 'canceled', error_message: 'stopped by an admin' })
})

test('error bodies', async () => {
  const { call } = await startWorld('anaconda')
  const bad = await call('/api/audit-logs/export/not-a-uuid')
  expect(bad.status).toBe(422)
  expect(bad.body.detail[0]).toMatchObject({ loc: ['path', 'job_id'], type: 'uuid_parsing' })
  const unknown = await call(`/api/audit-logs/export/${crypto.randomUUID()}`)
  expect([unknown.status, typeof unknown.body.detail]).toEqual([404, 'string'])
  const anonymous = await call('/api/audit-logs/export/x', { headers: { authorization: '' } })
  expect([anonymous.status, anonymous.body]).toEqual([401, { detail: 'Not authenticated' }])
  const wrong = await call('/api/audit-logs/export', { method: 'POST', body: '{"from_date":"soon"}' })
  expect([wrong.status, wrong.body.detail[0].loc]).toEqual([422, ['body', 'from_date']])
  expect((await call('/api/nothing')).body).toEqual({ detail: 'Not Found' })
})

test('service account tokens die after fifteen minutes', async () => {
  const { simulator, clock, call } = await startWorld('anaconda')
  const { clientId, clientSecret } = simulator.anaconda.credentials
  const path = `/api/audit-logs/export/${simulator.anaconda.add()}`
  const grant = (secret: string) =>
    call('/api/iam/token', {
      method: 'POST',
      headers: { authorization: '' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret,
      }),
    })
  const { body } = await grant(clientSecret)
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
  expect(simulator.anaconda.token).toBe(body.access_token)
  const headers = { authorization: `Bearer ${body.access_token}` }
  await clock.advance(899_999)
  expect((await call(path, { headers })).status).toBe(200)
  await clock.advance(1)
  expect((await call(path, { headers })).status).toBe(401)
  expect((await call(path)).status).toBe(200)
  const refused = await grant('guess')
  expect(refused.status).toBe(401)
  expect(Object.keys(refused.body.error)).toEqual(['code', 'message', 'data'])
})

test('an organization may be required', async () => {
  const { simulator, call } = await startWorld('anaconda')
  const path = `/api/audit-logs/export/${simulator.anaconda.add()}`
  simulator.anaconda.organization = crypto.randomUUID()
  expect((await call(path)).status).toBe(403)
  const { body } = await call(path, { headers: { 'x-org-name': simulator.anaconda.organization } })
  expect(body.org_id).toBe(simulator.anaconda.organization)
})

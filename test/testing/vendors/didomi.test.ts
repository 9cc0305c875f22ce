import { expect, test } from 'vitest'
import { startWorld } from '../world.ts'

const LOGS = '/marketplace/exports/logs?organization_id=acme&export_id='

test('a run over its life, with and without /v1', async () => {
  const { simulator, clock, baseUrl, call } = await startWorld('didomi')
  const { exportId, runId } = simulator.didomi.add({ records: 0 })
  const read = async (base = baseUrl) => (await call(`${base}${LOGS}${exportId}`)).body
  const first = await read(baseUrl.replace('/v1', ''))
  expect(first).toMatchObject({ total: 1, limit: 10, skip: 0 })
  expect(first.data).toEqual([
    {
      id: runId,
      export_id: exportId,
      organization_id: 'acme',
      status: 'pending',
      config: { frequency: '1 day' },
    },
  ])
  await clock.advance(800)
  expect((await read()).data[0].status).toBe('pending')
  await clock.advance(500)
  expect((await read()).data[0]).toMatchObject({
    status: 'completed',
    metrics: { users: 0 },
    result: 'Job failed.',
  })
  simulator.didomi.timestamps = true
  simulator.didomi.total = false
  const bare = await read()
  expect(Object.keys(bare)).toEqual(['data'])
  expect(bare.data[0].created_at).toMatch(/Z$/)
})

test('pages of at most a hundred, of one export only', async () => {
  const { simulator, call } = await startWorld('didomi')
  for (let count = 0; count < 130; count++) simulator.didomi.add()
  simulator.didomi.add({ exportId: 'other', notFoundFor: '1s' })
  const sizes = []
  for (const query of ['&$limit=500', '&%24limit=100&%24skip=100', '&$skip=130', '']) {
    sizes.push((await call(`${LOGS}${simulator.didomi.exportId}${query}`)).body.data.length)
  }
  expect(sizes).toEqual([100, 30, 0, 10])
  expect((await call(`${LOGS}other`)).body).toMatchObject({ total: 0, data: [] })
})

test.each([
  [{ total: true, limit: undefined }, ['total', 'limit', 'skip', 'data']],
  [{ total: false, limit: undefined }, ['data']],
  [{ total: true, limit: false }, ['total', 'data']],
  [{ total: false, limit: true }, ['limit', 'skip', 'data']],
])('caps its pages, and says %j of it', async (manners, keys) => {
  const { simulator, call } = await startWorld('didomi')
  Object.assign(simulator.didomi, { maxPageSize: 4, ...manners })
  for (let count = 0; count < 6; count++) simulator.didomi.add()
  const { body } = await call(`${LOGS}${simulator.didomi.exportId}&$limit=100`)
  expect(Object.keys(body)).toEqual(keys)
  expect(body.data).toHaveLength(4)
  expect((await call(`${LOGS}${simulator.didomi.exportId}&$limit=100&$skip=4`)).body.data).toHaveLength(2)
})

test('sessions last an hour; bad credentials are 400', async () => {
  const { simulator, clock, call } = await startWorld('didomi')
  const login = (secret: string) =>
    call('/sessions', {
      method: 'POST',
      headers: { authorization: '', 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'api-key', key: simulator.didomi.credentials.key, secret }),
    })
  const { body } = await login(simulator.didomi.credentials.secret)
  expect(Object.keys(body)).toEqual(['access_token'])
  const headers = { authorization: `Bearer ${body.access_token}` }
  expect((await call(`${LOGS}x`, { headers })).body.data).toEqual([])
  await clock.advance(3_600_000)
  const late = await call(`${LOGS}x`, { headers })
  expect([late.status, late.body]).toEqual([
    401,
    { code: 401, name: 'NotAuthenticated', message: expect.any(String), errors: [] },
  ])
  const refused = await login('guess')
  expect([refused.status, refused.body.code]).toEqual([400, 400])
  expect((await call('/marketplace/exports/logs?organization_id=x')).body.message).toContain('export_id')
})

test('a hundred requests per fifteen seconds and organization', async () => {
  const { clock, call } = await startWorld('didomi')
  const first = await call(`${LOGS}x`)
  expect(first.headers.get('ratelimit')).toBe('limit=100, remaining=99, reset=15')
  await clock.advance(5000)
  for (let count = 0; count < 99; count++) await call(`${LOGS}x`)
  const limited = await call(`${LOGS}x`)
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '10'])
  expect(limited.headers.get('ratelimit')).toBe('limit=100, remaining=0, reset=10')
  expect((await call(`${LOGS}x`.replace('acme', 'other'))).status).toBe(200)
  await clock.advance(10_000)
  expect((await call(`${LOGS}x`)).status).toBe(200)
})

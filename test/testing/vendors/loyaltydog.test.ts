import { expect, test } from 'vitest'
import { startWorld } from '../world.ts'

const EXPORT = '/v2/giftcards/audit-logs/export'

test.each(['csv', 'json'])('start, status and download of %s', async (format) => {
  const { clock, call } = await startWorld('loyaltydog')
  const start = await call(EXPORT, { method: 'POST', body: JSON.stringify({ format }) })
  expect(start.status).toBe(202)
  expect(start.body).toEqual({
    taskId: expect.any(String),
    status: 'pending',
    downloadUrl: null,
    error: null,
  })
  const path = `${EXPORT}/${start.body.taskId}`
  await clock.advance(300)
  expect((await call(path)).body.status).toBe('processing')
  await clock.advance(1000)
  const { status, downloadUrl } = (await call(path)).body
  expect(status).toBe('success')

  const url = new URL(downloadUrl)
  expect(url.searchParams.get('X-Amz-Date')).toMatch(/^\d{8}T\d{6}Z$/)
  expect(url.searchParams.get('X-Amz-Expires')).toBe('3600')
  const headers = { authorization: '' }
  const file = await call(downloadUrl, { headers })
  expect(file.headers.get('content-type')).toBe(format === 'csv' ? 'text/csv' : 'application/json')
  if (format === 'csv') expect(file.text.split('\n')[0]).toBe('id,action,actor')
  else expect(file.body).toHaveLength(3)
  const etag = file.headers.get('etag') ?? ''
  expect(
    (await call(downloadUrl, { headers: { ...headers, range: 'bytes=3-', 'if-match': etag } })).status,
  ).toBe(206)

  expect((await call(downloadUrl)).status).toBe(400)
  const altered = await call(downloadUrl.replace('Expires=3600', 'Expires=36000'), { headers })
  expect([altered.status, altered.text]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')])
  await clock.advance(3_600_000)
  const late = await call(downloadUrl, { headers })
  expect([late.status, late.headers.get('content-type')]).toEqual([403, 'application/xml'])
  expect(late.text).toContain('Request has expired')
  expect((await call((await call(path)).body.downloadUrl, { headers })).status).toBe(200)
})

test('an unknown id is pending for ever, a failed one says why', async () => {
  const { simulator, clock, call } = await startWorld('loyaltydog')
  const failed = simulator.loyaltydog.add({ id: 'a b/c', outcome: 'failed', error: 'no rows' })
  await clock.advance(3_600_000)
  expect((await call(`${EXPORT}/who`)).body).toEqual({
    taskId: 'who',
    status: 'pending',
    downloadUrl: null,
    error: null,
  })
  expect((await call(`${EXPORT}/${encodeURIComponent(failed)}`)).body).toMatchObject({
    status: 'failure',
    error: 'no rows',
  })
})

test('error bodies differ between JWT and ld_ keys', async () => {
  const { simulator, clock, call } = await startWorld('loyaltydog')
  const path = `${EXPORT}/x`
  const key = { authorization: `Bearer ${simulator.loyaltydog.apiKey}` }
  expect((await call(path, { headers: { authorization: 'Bearer eyJ.x.y' } })).body).toEqual({
    detail: expect.any(String),
  })
  const refused = await call(path, { headers: { authorization: 'Bearer ld_wrong' } })
  expect([refused.status, Object.keys(refused.body)]).toEqual([401, ['code', 'message', 'request_id']])
  expect((await call(EXPORT, { method: 'POST', body: '{"format":"xml"}' })).status).toBe(422)

  for (let count = 0; count < 60; count++) expect((await call(path, { headers: key })).status).toBe(200)
  const limited = await call(path, { headers: key })
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60'])
  await clock.advance(60_000)
  expect((await call(path, { headers: key })).status).toBe(200)

  simulator.loyaltydog.monthlyQuota = 1
  const spent = await call(path, { headers: key })
  expect([spent.status, spent.body.code, spent.headers.get('retry-after')]).toEqual([
    429,
    'monthly_quota_exceeded',
    null,
  ])
  simulator.loyaltydog.subscribed = false
  expect((await call(path, { headers: key })).body.code).toBe('api_subscription_inactive')
  expect((await call(path)).body).toEqual({ detail: 'api_subscription_inactive' })
})

test('a canceled export is REVOKED, in the words of its task queue', async () => {
  const { simulator, clock, call } = await startWorld('loyaltydog')
  const id = simulator.loyaltydog.add({ outcome: 'canceled' })
  await clock.advance(2000)
  expect((await call(`${EXPORT}/${id}`)).body).toMatchObject({
    status: 'REVOKED',
    downloadUrl: null,
    error: null,
  })
})

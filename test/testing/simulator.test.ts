import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createVendorSimulator, createVirtualClock } from '../../src/testing/index.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { waitForCompletion } from '../../src/wait/wait-for-completion.ts'
import { startWorld } from './world.ts'

describe('in process, under msw', () => {
  const clock = createVirtualClock()
  const simulator = createVendorSimulator({ clock, pending: 0, running: '1m' })
  const server = setupServer(...simulator.handlers)
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
  afterEach(() => server.resetHandlers())
  afterAll(() => server.close())

  const read = async (url: string, token: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { authorization: `Bearer ${token}` } })

  test('every vendor answers at its own address', async () => {
    const { tyk, anaconda, loyaltydog, didomi } = simulator
    const run = didomi.add()
    const logs = `/marketplace/exports/logs?export_id=${run.exportId}&organization_id=acme`
    const urls: [string, string][] = [
      [`${tyk.baseUrl()}/exports/${tyk.add()}`, tyk.token],
      [`https://ai.customer.example/studio/api/v1/exports/${tyk.add()}`, tyk.token],
      [`${anaconda.baseUrl()}/api/audit-logs/export/${anaconda.add()}`, anaconda.token],
      [`${loyaltydog.baseUrl()}/v2/giftcards/audit-logs/export/${loyaltydog.add()}`, loyaltydog.token],
      [`${didomi.baseUrl()}${logs}`, didomi.token],
      [`https://api.didomi.io${logs}`, didomi.token],
    ]
    for (const [url, token] of urls) expect((await read(url, token)).status, url).toBe(200)
  })

  test('a LoyaltyDog file is on another origin', async () => {
    const id = simulator.loyaltydog.add({ running: 0 })
    const status = await read(
      `https://api.loyalty.dog/v2/giftcards/audit-logs/export/${id}`,
      simulator.loyaltydog.token,
    )
    const { downloadUrl } = (await status.json()) as { downloadUrl: string }
    expect(new URL(downloadUrl).host).toMatch(/amazonaws\.com$/)
    expect((await fetch(downloadUrl)).status).toBe(200)
  })

  test('time stamps and the Date header move with the clock', async () => {
    const before = Date.parse(
      (await read('https://tyk.example/api/v1/exports/x', simulator.tyk.token)).headers.get('date') ?? '',
    )
    await clock.advance(86_400_000)
    const after = Date.parse(
      (await read('https://tyk.example/api/v1/exports/x', simulator.tyk.token)).headers.get('date') ?? '',
    )
    expect(Math.round((after - before) / 1000)).toBe(86_400)
  })

  test('a reset is a network error, a hang ends with the signal', async () => {
    simulator.tyk.fail('reset', 'hang')
    await expect(fetch('https://tyk.example/')).rejects.toThrow(TypeError)
    const controller = new AbortController()
    const hung = fetch('https://tyk.example/', { signal: controller.signal })
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 20)
    await expect(hung).rejects.toBe(reason)
  })
})

describe('in process, by its own fetch', () => {
  test('the vendors are at their own addresses, and nobody is anywhere else', async () => {
    const { tyk, fetch, requests } = createVendorSimulator()
    const headers = { authorization: `Bearer ${tyk.token}` }
    const answer = await fetch(`${tyk.baseUrl()}/exports/${tyk.add({ id: 'one' })}`, { headers })
    expect(await answer.json()).toMatchObject({ id: 'one' })
    expect(requests).toHaveLength(1)
    await expect(fetch('https://nobody.example/')).rejects.toThrow(TypeError)
  })

  test('carries a wait, a token that expires and a download from another host', async () => {
    const clock = createVirtualClock({ auto: true })
    const { loyaltydog, fetch } = createVendorSimulator({ clock, running: '2h' })
    const client = createLoyaltyDogClient({ token: () => loyaltydog.token, fetch, clock })
    const job = await waitForCompletion(client, loyaltydog.add({ unauthorizedAfter: 2 }), {
      clock,
      timeout: '1d',
    })
    const { body } = await client.openDownload(job)
    expect(await new Response(body).text()).toMatch(/^id,action,actor\n1,created/)
  })
})

describe('over HTTP', () => {
  test('faults come in order, before anything else, and only to their vendor', async () => {
    const { simulator, server, call } = await startWorld('tyk')
    const id = simulator.tyk.add()
    simulator.tyk.fail(
      { status: 503, headers: { 'retry-after': '7' }, body: { error: 'busy' } },
      { status: 502, body: 'bad gateway' },
      'html',
      'reset',
      (request) => new Response(request.method, { status: 418 }),
    )
    expect((await fetch(`${simulator.anaconda.baseUrl(server.origin)}/x`)).status).toBe(404)
    const busy = await call(`/exports/${id}`)
    expect([busy.status, busy.body, busy.headers.get('retry-after')]).toEqual([503, { error: 'busy' }, '7'])
    expect((await call(`/exports/${id}`)).text).toBe('bad gateway')
    const page = await call(`/exports/${id}`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    await expect(call(`/exports/${id}`)).rejects.toThrow(TypeError)
    expect((await call(`/exports/${id}`)).text).toBe('GET')
    expect((await call(`/exports/${id}`)).status).toBe(200)
    expect(simulator.requests.slice(1).map(({ status }) => status)).toEqual([503, 502, 200, 0, 418, 200])
  })

  test('a hang holds until the client leaves or the server closes', async () => {
    const { simulator, server, call } = await startWorld('didomi')
    simulator.didomi.fail('hang', 'hang')
    const arrival = (count: number) =>
      vi.waitUntil(() => simulator.requests.length === count, { interval: 2 })
    const controller = new AbortController()
    const left = expect(call('/x', { signal: controller.signal })).rejects.toBe('left')
    await arrival(1)
    controller.abort('left')
    await left
    const hung = expect(call('/x')).rejects.toThrow(TypeError)
    await arrival(2)
    await server.close()
    await hung
    await expect(fetch(server.origin)).rejects.toThrow(TypeError)
  })

  test('scripts: next, notFoundFor, status, retryAfter and unauthorizedAfter', async () => {
    const { simulator, clock, call } = await startWorld('tyk')
    simulator.tyk.next({
      id: 'one',
      notFoundFor: '100ms',
      status: 'dozing',
      retryAfter: '9',
      unauthorizedAfter: 2,
    })
    const start = { source_type: 'app', source_id: 1, start_date: '2025-01-01', end_date: '2025-01-02' }
    const started = await call('/exports', { method: 'POST', body: JSON.stringify(start) })
    expect(started.body.id).toBe('one')
    expect((await call('/exports/one')).status).toBe(404)
    await clock.advance(400)
    const { body, headers } = await call('/exports/one')
    expect([body.attributes.status, headers.get('retry-after')]).toEqual(['dozing', '9'])
    await call('/exports/one')
    const authorization = `Bearer ${simulator.tyk.token}`
    expect((await call('/exports/one', { headers: { authorization } })).status).toBe(401)
    expect((await call('/exports/one', { headers: { authorization } })).status).toBe(401)
    expect((await call('/exports/one')).status).toBe(200)
    expect((await call('/exports', { method: 'POST', body: JSON.stringify(start) })).body.id).not.toBe('one')
  })

  test('serves large files in chunks, and answers 404 or 400 to what is no vendor', async () => {
    const { simulator, server, call } = await startWorld('tyk')
    const id = simulator.tyk.add({ pending: 0, running: 0, records: 20_000 })
    expect((await call(`/exports/${id}/download`)).body).toHaveLength(20_000)
    expect((await fetch(`${server.origin}/nowhere`)).status).toBe(404)
    expect((await fetch(`${server.origin}/tyk/api/v1/exports/%zz`)).status).toBe(400)
    expect((await fetch(`${server.origin}/nowhere`, { method: 'HEAD' })).status).toBe(404)
    await expect(simulator.listen({ port: Number(new URL(server.origin).port) })).rejects.toThrow(
      'EADDRINUSE',
    )
  })
})

test('refuses a script without sense where it is given', () => {
  const { tyk } = createVendorSimulator()
  expect(() => tyk.add({ running: 'soon' as '1s' })).toThrow('running')
})

test.each([['htlm'], [503], [{}], [{ status: 99 }], [{ status: '503' }], [null]])(
  'refuses a fault that there is not: %j',
  (fault) => {
    const { tyk } = createVendorSimulator()
    expect(() => tyk.fail(fault as never)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  },
)

test('refuses a next script, options and a port without sense', async () => {
  const told = expect.objectContaining({ code: 'invalid-option' })
  expect(() => createVendorSimulator().tyk.next({ runing: '1s' } as never)).toThrow(told)
  for (const options of ['x', null, { clock: {} }, { running: 'soon' }])
    expect(() => createVendorSimulator(options as never)).toThrow(told)
  for (const port of ['x', -1, 65_536, 1.5])
    await expect(createVendorSimulator().listen({ port: port as number })).rejects.toThrow(told)
})

test('a virtual clock in auto mode carries polls over loopback', async () => {
  const clock = createVirtualClock({ auto: true })
  const simulator = createVendorSimulator({ clock, running: '24h' })
  await using server = await simulator.listen()
  const url = `${simulator.tyk.baseUrl(server.origin)}/exports/${simulator.tyk.add()}`
  const statuses = new Set<string>()
  while (!statuses.has('completed')) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${simulator.tyk.token}` } })
    statuses.add(((await response.json()) as { attributes: { status: string } }).attributes.status)
    await clock.sleep(300_000)
  }
  expect([...statuses]).toEqual(['pending', 'processing', 'completed'])
  expect(clock.now()).toBe(86_700_000 + 300_000)
})

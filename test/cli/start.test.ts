import { expect, test } from 'vitest'
import { flagOf } from '../../src/cli/start-options.ts'
import { startWorld } from './world.ts'

const tyk = '--source-type app --source-id 7 --start-date 2026-01-01 --end-date 2026-01-31'.split(' ')

test('prints the ref, which get takes', async () => {
  const { run } = await startWorld()
  const { code, stdout, stderr } = await run(['start', 'tyk', ...tyk])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect((await run(['get', 'tyk', stdout.trim()])).code).toBe(0)
})

test('--wait waits, and ends as the export does', async () => {
  const { clock, simulator, run, requests } = await startWorld()
  simulator.tyk.next({ running: '1s', outcome: 'failed', error: 'no space' })
  const waiting = run(['start', 'tyk', ...tyk, '--wait', '--json', '--min-delay', '20ms'])
  await requests(3)
  await clock.advance(1_000)
  const { code, stdout } = await waiting
  expect(code).toBe(1)
  const [started, job] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(started).toEqual({ event: 'started', vendor: 'tyk', ref: expect.any(String) })
  expect(job).toMatchObject({ event: 'job', ref: started.ref, status: 'failed', reason: 'no space' })
})

test('hands the parameters on under the names of the vendor', async () => {
  const { simulator, run } = await startWorld()
  const seen: unknown[] = []
  const keep = async (request: Request) => {
    seen.push(await request.json())
    return Response.json({ detail: 'enough' }, { status: 403 })
  }
  simulator.anaconda.fail(() => Response.json({ access_token: 'a-token', expires_in: 900 }), keep)
  simulator.loyaltydog.fail(keep)
  const from = '2026-01-01T00:00:00Z'
  const anaconda = ['--from-date', from, '--q', 'user:a,b', '--q', 'action:c', '--search-operator', 'and']
  expect((await run(['start', 'anaconda', ...anaconda])).code).toBe(3)
  const loyaltydog = ['--format', 'json', '--merchant-id', 'm1', '--actions', 'x', 'y', '--from-date', from]
  expect((await run(['start', 'loyaltydog', ...loyaltydog])).code).toBe(3)
  expect(seen).toEqual([
    { from_date: from, q: ['user:a,b', 'action:c'], search_operator: 'and' },
    { format: 'json', merchantId: 'm1', actions: ['x', 'y'], fromDate: from },
  ])
})

test('an option before the name of the vendor counts as one after it', async () => {
  const { run } = await startWorld()
  const { code, stdout } = await run(['start', '--json', '--wait', 'loyaltydog', '--format', 'csv'])
  expect(code).toBe(0)
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).event)
  expect(events).toEqual(['started', 'job'])
})

test('what cannot be started is exit code 2, before any request', async () => {
  const { simulator, run } = await startWorld()
  const backwards = [...tyk.slice(0, -1), '2025-01-01']
  for (const args of [
    ['tyk'],
    ['tyk', ...backwards],
    ['tyk', ...tyk, '--source-id', 'x'],
    ['didomi'],
    ['foo'],
  ]) {
    expect((await run(['start', ...args])).code, args.join(' ')).toBe(2)
  }
  expect(simulator.requests).toEqual([])
})

test.each([
  ['source_type', '--source-type'],
  ['merchantId', '--merchant-id'],
  ['q', '--q'],
])('the option of %s is %s', (param, flag) => {
  expect(flagOf(param)).toBe(flag)
})

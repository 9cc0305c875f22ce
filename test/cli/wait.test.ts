import { expect, test } from 'vitest'
import { startWorld } from './world.ts'

const soon = ['--min-delay', '20ms']

test('waits, then prints the finished job; nothing on stderr, as it is no terminal', async () => {
  const { clock, simulator, spawn, requests } = await startWorld()
  const id = simulator.anaconda.add({ running: '1s', unauthorizedAfter: 1 })
  const waiting = spawn(['wait', 'anaconda', id, '--json', ...soon])
  // The token, a look, a refused one, a new token, another look.
  await requests(5)
  await clock.advance(1_000)
  const { code, stdout, stderr } = await waiting
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ id, status: 'completed' })
  expect(simulator.requests.some(({ status }) => status === 401)).toBe(true)
})

test('a failed export is printed too, with exit code 1', async () => {
  const { clock, simulator, run, requests } = await startWorld()
  const id = simulator.loyaltydog.add({ outcome: 'failed', error: 'ledger locked', running: '1s' })
  const waiting = run(['wait', 'loyaltydog', id, ...soon])
  await requests(2)
  await clock.advance(1_000)
  const { code, stdout, stderr } = await waiting
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: `loyaltydog\t${id}\tfailed\tledger locked\n`,
    stderr: '',
  })
})

test.each([
  ['timeout', { running: '1h' }, ['--timeout', '60ms'], 124, /not done within the timeout/],
  ['stalled', { running: '1h' }, ['--stall-after', '60ms'], 124, /Stopped waiting .*stallAfter/],
  ['unknown status', { running: '1h', status: 'odd' }, ['--timeout', '60ms'], 124, /status/],
  ['not found', { notFoundFor: '1h' }, ['--not-found-grace', '60ms'], 3, /does not know it/],
] as const)('gives up: %s', async (_, script, flags, code, message) => {
  const { simulator, run } = await startWorld()
  const id = simulator.tyk.add(script)
  const result = await run(['wait', 'tyk', id, ...soon, ...flags])
  expect(result).toMatchObject({ code, stdout: '' })
  expect(result.stderr).toMatch(message)
  expect(result.stderr).toMatch(new RegExp(`^export-jobs: [^\\n]*tyk[^\\n]*${id}[^\\n]+\\n$`))
})

test('gives up on a vendor that cannot be reached', async () => {
  const { server, run } = await startWorld()
  await server.close()
  const { code, stderr } = await run(['wait', 'tyk', 'x', ...soon, '--tolerate', '60ms'])
  expect(code).toBe(124)
  expect(stderr).toMatch(/Cause: .*ECONNREFUSED/)
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the wait with %i and says how to resume', async (signal, code) => {
  const { simulator, spawn, requests } = await startWorld()
  const id = simulator.tyk.add({ running: '1h' })
  const result = await spawn(['wait', 'tyk', id], {
    onStart: (kill) => void requests(1).then(() => setTimeout(() => kill(signal), 50)),
  })
  expect(result).toEqual({
    code,
    stdout: '',
    stderr: `export-jobs: Stopped waiting. The export itself continues. Resume with: export-jobs wait tyk ${id}\n`,
  })
})

test('a request in flight is ended by a signal, too', async () => {
  const { simulator, spawn, requests } = await startWorld()
  simulator.tyk.fail('hang')
  const result = await spawn(['get', 'tyk', 'x'], {
    onStart: (kill) => void requests(1).then(() => kill('SIGINT')),
  })
  expect(result).toEqual({ code: 130, stdout: '', stderr: 'export-jobs: Interrupted.\n' })
})

import { expect, test } from 'vitest'
import { spawnSimulator } from './spawn-simulator.ts'
import { runHere } from './world.ts'

test('prints what leads the other commands there, for each vendor', async () => {
  const { env, stderr, stop } = await spawnSimulator('--running', '100ms')
  expect(Object.keys(env).sort()).toEqual([
    'ANACONDA_BASE_URL',
    'ANACONDA_CLIENT_ID',
    'ANACONDA_CLIENT_SECRET',
    'DIDOMI_BASE_URL',
    'DIDOMI_KEY',
    'DIDOMI_ORGANIZATION_ID',
    'DIDOMI_SECRET',
    'LOYALTYDOG_BASE_URL',
    'LOYALTYDOG_TOKEN',
    'TYK_BASE_URL',
    'TYK_TOKEN',
  ])
  const soon = ['--min-delay', '20ms']
  const tyk = '--source-type app --source-id 7 --start-date 2026-01-01 --end-date 2026-01-31'.split(' ')
  const started = await Promise.all([
    runHere(['start', 'tyk', ...tyk, '--wait', ...soon], env),
    runHere(['start', 'anaconda', '--wait', ...soon], env),
    runHere(['start', 'loyaltydog', '--wait', ...soon], env),
    runHere(['wait', 'didomi', /run (\S+),/.exec(stderr())?.[1] ?? ''], env),
  ])
  expect(started.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  for (const { stdout } of started) expect(stdout).toMatch(/\tcompleted\t/)
  expect(await stop()).toBe(130)
})

test('--fail lets the first requests fail', async () => {
  const { env, stop } = await spawnSimulator('--fail', '403', 'html')
  const codes: (number | null)[] = []
  for (let request = 0; request < 3; request++) codes.push((await runHere(['get', 'tyk', 'x'], env)).code)
  // Refused; a page; and then as ever: the export is not known.
  expect(codes).toEqual([3, 2, 3])
  await stop()
})

test.each(['200', '600', 'disk', ''])('--fail %j is exit code 2', async (fault) => {
  const { code, stderr } = await runHere(['simulate', '--fail', fault])
  expect(code).toBe(2)
  expect(stderr).toMatch(/--fail takes an HTTP status from 400 to 599, html, reset or hang\.\nTry: /)
})

test('a port that is taken is exit code 2', async () => {
  const { env, stop } = await spawnSimulator()
  const port = new URL(env.TYK_BASE_URL ?? '').port
  const { code, stderr } = await runHere(['simulate', '--port', port])
  expect(code).toBe(2)
  expect(stderr).toMatch(/EADDRINUSE/)
  await stop()
})

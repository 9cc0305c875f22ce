import { expect, test } from 'vitest'
import { startWorld } from './world.ts'

test('prints what is seen, its fields separated by tabs', async () => {
  const { simulator, spawn } = await startWorld()
  const id = simulator.tyk.add({ records: 12 })
  const { code, stdout, stderr } = await spawn(['get', 'tyk', id])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.split('\t').slice(0, 3)).toEqual(['tyk', id, 'completed'])
  expect(stdout).toMatch(/12 records · .*json.*\n$/)
})

test('prints a job as JSON, dates in ISO, for each vendor', async () => {
  const { simulator, run } = await startWorld()
  const ref = simulator.didomi.add({ records: 5 })
  const runs = await Promise.all([
    run(['get', 'anaconda', simulator.anaconda.add(), '--json']),
    run(['get', 'loyaltydog', simulator.loyaltydog.add(), '--json']),
    run(['get', 'didomi', `${ref.exportId}/${ref.runId}`, '--json']),
  ])
  const [anaconda, loyaltydog, didomi] = runs.map(({ stdout }) => JSON.parse(stdout))
  expect(anaconda).toMatchObject({ vendor: 'anaconda', status: 'completed', totalRecords: 3 })
  expect(anaconda.createdAt).toMatch(/^\d{4}-.*Z$/)
  expect(loyaltydog.download.url).toMatch(/^http/)
  expect(didomi).toMatchObject({ status: 'completed', ref, totalRecords: 5 })
  expect(runs.map(({ stdout }) => stdout.trimEnd().includes('\n'))).toEqual([false, false, false])
})

test('a running export is exit code 0, a failed one is exit code 1 with the reason', async () => {
  const { simulator, run } = await startWorld()
  const running = await run(['get', 'tyk', simulator.tyk.add({ running: '1h' })])
  expect([running.code, running.stdout.split('\t')[2]]).toEqual([0, 'running'])
  const failed = await run(['get', 'tyk', simulator.tyk.add({ outcome: 'failed', error: 'disk full' })])
  expect(failed.code).toBe(1)
  expect(failed.stdout).toMatch(/\tfailed\tdisk full\n$/)
})

test('the words of the vendor cannot move the cursor, in text or in JSON', async () => {
  const { simulator, run } = await startWorld()
  const error = 'disk \u001b[31mfull\u001b[0m\u0007\u202e \u009b2Jnow\nreally'
  const id = simulator.tyk.add({ outcome: 'failed', error })
  expect((await run(['get', 'tyk', id])).stdout).toMatch(/\tdisk full now really\n$/)
  const { stdout } = await run(['get', 'tyk', id, '--json'])
  expect(stdout.trimEnd()).toMatch(/^[\x20-\x7e]+$/)
  expect(JSON.parse(stdout).reason).toBe(error)
})

test('what the vendor refuses is exit code 3 and one line', async () => {
  const { simulator, run } = await startWorld()
  const missing = await run(['get', 'tyk', 'nope'])
  expect(missing).toMatchObject({ code: 3, stdout: '' })
  expect(missing.stderr).toMatch(/^export-jobs: tyk answered HTTP 404 .*export not found\n$/)
  const token = 'not-the-token-of-anybody'
  const refused = await run(['get', 'tyk', simulator.tyk.add()], { TYK_TOKEN: token })
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused.stderr.trimEnd()).not.toMatch(/\n|not-the-token/)
})

test('what cannot be reached is exit code 124', async () => {
  const { simulator, run } = await startWorld()
  simulator.tyk.fail('hang', 'hang', 'hang')
  expect((await run(['get', 'tyk', 'x', '--timeout', '20ms'])).code).toBe(124)
})

test('a page in place of the API is a wrong base URL: exit code 2', async () => {
  const { simulator, run } = await startWorld()
  simulator.tyk.fail('html')
  const { code, stdout, stderr } = await run(['get', 'tyk', 'x'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^export-jobs: .*HTML.*Check (?:the base URL|baseUrl)\.\n$/)
})

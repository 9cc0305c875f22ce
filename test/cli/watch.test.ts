import { expect, test } from 'vitest'
import { startWorld } from './world.ts'

const soon = ['--min-delay', '20ms']

test('waits for exports of several vendors at once and prints each when it is done', async () => {
  const { clock, simulator, run, requests } = await startWorld()
  const slow = simulator.tyk.add({ running: '2s' })
  const quick = simulator.tyk.add()
  const anaconda = simulator.anaconda.add({ running: '1s' })
  const { exportId, runId } = simulator.didomi.add({ running: '1s' })
  const didomi = `${exportId}/${runId}`
  const words = [
    'watch',
    'tyk',
    slow,
    quick,
    quick,
    'anaconda',
    anaconda,
    'didomi',
    didomi,
    '--json',
    ...soon,
  ]
  const waiting = run(words)
  await requests(8)
  await clock.advance(1_000)
  await requests(6)
  await clock.advance(1_000)
  const { code, stdout, stderr } = await waiting
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  // Each answer on the way is printed, too.
  expect(events.filter(({ event, id }) => event === 'update' && id === slow).length).toBeGreaterThan(1)
  expect(events.filter(({ event }) => event === 'update').every(({ nextPollAt }) => nextPollAt)).toBe(true)
  const ids = events.filter(({ event }) => event === 'job').map(({ id }) => id)
  expect(new Set(ids)).toEqual(new Set([slow, quick, anaconda, runId]))
  expect(ids).toHaveLength(4)
  expect(ids.at(-1)).toBe(slow)
})

test('the most serious end counts, and none keeps the others from theirs', async () => {
  const { simulator, run } = await startWorld()
  const done = simulator.tyk.add()
  const bad = simulator.tyk.add({ outcome: 'failed' })
  const stuck = simulator.tyk.add({ outcome: 'stuck' })
  const flags = [...soon, '--timeout', '400ms', '--not-found-grace', '50ms']
  const first = await run(['watch', 'tyk', stuck, done, bad, ...flags])
  expect(first.code).toBe(1)
  expect(first.stdout.trimEnd().split('\n')).toHaveLength(2)
  expect(first.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect((await run(['watch', 'tyk', bad, 'nope', done, ...flags])).code).toBe(3)
  expect((await run(['watch', 'tyk', stuck, done, ...flags])).code).toBe(124)
})

test('Ctrl-C ends them all', async () => {
  const { simulator, spawn, requests } = await startWorld()
  const ids = [simulator.tyk.add({ running: '1h' }), simulator.tyk.add({ running: '1h' })]
  const { code, stderr } = await spawn(['watch', 'tyk', ...ids], {
    onStart: (kill) => void requests(2).then(() => setTimeout(() => kill('SIGINT'), 50)),
  })
  expect(code).toBe(130)
  expect(stderr).toBe(
    'export-jobs: Stopped waiting. The exports themselves continue. Run the same command again to resume.\n',
  )
})

import { expect, test } from 'vitest'
import { startWorld } from './world.ts'

test('lists the runs, as get prints them', async () => {
  const { simulator, run } = await startWorld()
  const refs = [
    simulator.didomi.add({ records: 5 }),
    simulator.didomi.add({ running: '1h' }),
    simulator.didomi.add({ outcome: 'failed', error: 'bucket is gone' }),
  ].map(({ exportId, runId }) => `${exportId}/${runId}`)
  const { exportId } = simulator.didomi
  const { code, stdout, stderr } = await run(['runs', 'didomi', exportId])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(
    [
      `didomi\t${refs[0]}\tcompleted\t5 records`,
      `didomi\t${refs[1]}\trunning\t`,
      `didomi\t${refs[2]}\tfailed\tbucket is gone`,
      '',
    ].join('\n'),
  )
  const lines = (await run(['runs', 'didomi', exportId, '--json'])).stdout.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).status)).toEqual(['completed', 'running', 'failed'])
  expect((await run(['runs', 'didomi', 'another'])).stdout).toBe('')
})

test('of a vendor that has none, it is told what to do', async () => {
  const { run, simulator } = await startWorld()
  const { code, stderr } = await run(['runs', 'tyk', 'x'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^export-jobs: Only Didomi has runs\./)
  expect(simulator.requests).toEqual([])
})

import { InngestTestEngine } from '@inngest/test'
import { startWait } from 'export-jobs'
import { Inngest } from 'inngest'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createWaitFunction } from './recipes/inngest.ts'
import { createClient } from './support/client.ts'

test('each poll is a step whose answer is kept, and the function sleeps in between', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const { client, polls } = createClient(3)
  const engine = new InngestTestEngine({
    function: createWaitFunction(new Inngest({ id: 'exports' }), client),
    events: [{ name: 'export/started', data: { state: startWait('e1') } }],
    // It has no clock: what sleeps ends at once.
    steps: [1, 2].map((count) => ({ id: `sleep ${count}`, handler() {} })),
  })
  const { result, ctx } = await engine.execute()
  expect(result).toMatchObject({ outcome: 'completed', state: { polls: 3 } })
  expect(polls.get('e1')).toBe(3)
  const sleeps = ctx.step.sleepUntil.mock.calls.map(([id, date]) => [
    id,
    Math.round((Number(date) - Date.now()) / 1_000),
  ])
  expect(sleeps).toEqual([
    ['sleep 1', 60],
    ['sleep 2', 60],
  ])
})

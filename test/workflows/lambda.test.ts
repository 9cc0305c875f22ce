import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing'
import { startWait } from 'export-jobs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHandler } from './recipes/lambda.ts'
import { createClient } from './support/client.ts'

beforeAll(() => LocalDurableTestRunner.setupTestEnvironment({ skipTime: true }))
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment())

test('the function polls until the end in one operation, and does not run for as long as the vendor asks', async () => {
  const { client, polls } = createClient(3)
  const runner = new LocalDurableTestRunner({ handlerFunction: createHandler(client) })
  const execution = await runner.run({ payload: startWait('e1') })
  expect(execution.getResult()).toMatchObject({ outcome: 'completed', state: { polls: 3 } })
  expect(polls.get('e1')).toBe(3)
  expect(execution.getOperations()).toHaveLength(1)
  const delays = execution
    .getHistoryEvents()
    .flatMap(({ StepSucceededDetails }) => StepSucceededDetails?.RetryDetails?.NextAttemptDelaySeconds ?? [])
  expect(delays).toHaveLength(2)
  // It sleeps for whole seconds, and never comes too early.
  for (const delay of delays) expect([60, 61]).toContain(delay)
})

import { expect, test } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { createTykClient } from '../../src/vendors/tyk.ts'

/** The frames of ours that stand between a call and the `fetch` it was given. */
async function framesOf(call: (client: ReturnType<typeof createTykClient>) => Promise<unknown>) {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = Number.POSITIVE_INFINITY
  let stack = ''
  const client = createTykClient({
    baseUrl: 'https://tyk.example/api/v1',
    token: 'secret-token-0123456789',
    async fetch() {
      stack = String(new Error('for its stack').stack)
      return Response.json({ id: 'exp-1', attributes: { status: 'completed' } })
    },
  })
  await call(client).finally(() => {
    Error.stackTraceLimit = before
  })
  return stack.split('\n').filter((line) => /[\\/]src[\\/]/.test(line) && !line.includes('node_modules'))
}

test('a get is a few steps from its fetch', async () => {
  const frames = await framesOf((client) => client.get('exp-1'))
  expect(frames.join('\n')).toContain('define-vendor')
  expect(frames.length).toBeLessThanOrEqual(7)
})

test('so is the first poll of a wait', async () => {
  const frames = await framesOf((client) => waitForCompletion(client, 'exp-1'))
  expect(frames.length).toBeGreaterThan(0)
  expect(frames.length).toBeLessThanOrEqual(11)
})

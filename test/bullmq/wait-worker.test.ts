import { expect, test } from 'vitest'
import { createWaitWorker } from '../../src/bullmq/index.ts'

// What runs on a real queue is in test/engines.
test.each([
  ['maxStalledCount', { maxStalledCount: 5 }],
  ['maxStartedAttempts', { maxStartedAttempts: 1e9 }],
  ['skipLockRenewal', { skipLockRenewal: true }],
])('%s is refused with the reason, before anything is connected to', (name, options) => {
  const connection = { host: '127.0.0.1', port: 1 }
  expect(() => createWaitWorker('waits', { clients: {}, connection, ...options })).toThrow(
    expect.objectContaining({
      name: 'ConfigurationError',
      code: 'invalid-option',
      message: expect.stringMatching(new RegExp(`^${name} must .*: .* (?:wait|workers)`)),
    }),
  )
})

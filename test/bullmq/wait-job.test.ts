import { describe, expect, test } from 'vitest'
import { waitJob } from '../../src/bullmq/index.ts'
import { waitKey } from '../../src/index.ts'
import { createDidomiClient } from '../../src/vendors/didomi.ts'
import { completed } from '../wait/world.ts'

const didomi = createDidomiClient({ token: 'secret-token', organizationId: 'org-1' })
const ref = { exportId: 'a', runId: 'b' }

describe('waitJob', () => {
  test('is JSON, and its id is the key of the export', () => {
    const job = waitJob(didomi, ref, { since: new Date(5), timeout: '1d', schedule: { minDelay: '5s' } })
    expect(JSON.parse(JSON.stringify(job))).toStrictEqual(job)
    expect(job).toStrictEqual({
      name: 'didomi',
      data: {
        client: 'didomi',
        state: { kind: 'export-jobs/wait', version: 1, ref, polls: 0, since: 5 },
        wait: { timeout: '1d', schedule: { minDelay: '5s' } },
      },
      opts: { jobId: waitKey(didomi, ref), removeOnComplete: true },
    })
    expect(JSON.stringify(job)).not.toContain('secret')
  })

  test('has no options where none were given', () => {
    expect(waitJob('acme', 'e1').data).not.toHaveProperty('wait')
    expect(waitJob('acme', 'e1', { timeout: undefined }).data).not.toHaveProperty('wait')
  })

  test('takes a job, and a name of one`s own', () => {
    expect(waitJob('acme', completed)).toEqual(waitJob('acme', 'e1'))
    const { name, data, opts } = waitJob('didomi-eu', ref)
    expect([name, data.client]).toEqual(['didomi-eu', 'didomi-eu'])
    expect(opts.jobId).toMatch(/^didomi-eu-[\da-f]{32}$/)
    // BullMQ refuses ids that are numbers or contain a colon.
    expect(opts.jobId).not.toContain(':')
  })

  test.each([
    ['a function', { schedule: () => 5 }],
    ['a signal', { signal: new AbortController().signal }],
    ['a clock', { clock: { now: () => 0, sleep: async () => {} } }],
    ['a bad duration', { timeout: 'soon' }],
    ['a bad date', { since: 'yesterday' }],
  ])('refuses %s before anything is queued', (_, options) => {
    expect(() => waitJob('acme', 'e1', options as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'invalid-option' }),
    )
  })

  test.each([undefined, null, new Map(), () => {}])('refuses a ref that JSON cannot hold: %s', (ref) => {
    expect(() => waitJob('acme', ref as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code: 'invalid-ref' }),
    )
  })
})

import { expect, test } from 'vitest'
import { type JobScript, momentAt, timeLineOf } from '../../src/testing/job-script.ts'

const defaults = { pending: '300ms', running: '1s' } as const

test('goes from pending over running to the end', () => {
  const line = timeLineOf({}, defaults)
  const phases = [0, 299, 300, 1299, 1300, 1e12].map((age) => momentAt(line, age))
  expect(phases.map(({ phase }) => phase)).toEqual([
    'pending',
    'pending',
    'running',
    'running',
    'completed',
    'completed',
  ])
  expect(phases.map(({ progress }) => progress)).toEqual([0, 0, 0, 99, 100, 100])
})

test('may fail, or run for ever at 100 percent', () => {
  expect(momentAt(timeLineOf({ outcome: 'failed' }, defaults), 1300).phase).toBe('failed')
  expect(momentAt(timeLineOf({ outcome: 'stuck' }, defaults), 1e12)).toEqual({
    phase: 'running',
    progress: 100,
  })
})

test('is missing at first where the script says so, and done at once with no durations', () => {
  const line = timeLineOf({ notFoundFor: '1m', pending: 0, running: 0 }, defaults)
  expect(momentAt(line, 59_999).phase).toBe('missing')
  expect(momentAt(line, 60_000).phase).toBe('completed')
})

test('refuses what is no duration', () => {
  expect(() => timeLineOf({ pending: '1 minute' as '1m' }, defaults)).toThrow('pending')
})

test.each<[script: object, words: string]>([
  [{ runing: '5m' }, 'has no "runing", but id'],
  [{ toString: 'x' }, 'has no "toString"'],
  [{ outcome: 'done' }, 'The outcome of a simulated export cannot be "done".'],
  [{ records: -1 }, 'The records of a simulated export cannot be -1.'],
  [{ records: 1.5 }, 'records'],
  [{ id: '' }, 'id'],
  [{ retryAfter: 5 }, 'retryAfter'],
  [{ progress: 50 }, 'progress'],
  [{ expiresAfter: 'soon' }, 'expiresAfter'],
])('refuses %j in words', (script, words) => {
  expect(() => timeLineOf(script, defaults)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(words) }),
  )
})

test('takes a script of all that there is, and what is undefined as absent', () => {
  const whole: JobScript = {
    ...{ id: 'a', exportId: 'b', pending: 0, running: 0, outcome: 'failed', progress: false, error: 'no' },
    ...{ notFoundFor: 0, status: 'x', unauthorizedAfter: 1, retryAfter: '1', expiresAfter: 0, records: 0 },
  }
  expect(timeLineOf(whole, defaults).outcome).toBe('failed')
  expect(timeLineOf({ running: undefined, outcome: undefined } as object, defaults).running).toBe(1_000)
})

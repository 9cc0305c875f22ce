import { expect, test } from 'vitest'
import { momentAt, timeLineOf } from '../../src/testing/job-script.ts'

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

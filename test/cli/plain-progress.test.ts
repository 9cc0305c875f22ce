import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createPlainProgress } from '../../src/cli/progress.ts'
import { ApiError, type ExportJob } from '../../src/index.ts'
import { fakeOutput } from './fake-output.ts'

const start = new Date('2026-01-31T02:00:00Z')
beforeEach(() => void vi.useFakeTimers({ now: start }))
afterEach(() => void vi.useRealTimers())

const base = { vendor: 'tyk', id: 'a', ref: 'a', rawStatus: 'x', raw: {} }
const running = (progress?: number): ExportJob => ({
  ...base,
  status: 'running',
  ...(progress !== undefined && { progress }),
})
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000)

function begin(delay = 0) {
  const err = fakeOutput()
  const progress = createPlainProgress(err, delay)
  return {
    err,
    progress,
    line: progress.add('tyk', 'a\u001b[2J'),
    lines: () => err.text().split('\n').slice(0, -1),
  }
}

test('a line for each change, and none for what stays the same', () => {
  const { line, lines } = begin()
  line.update({ type: 'job', job: running(), nextPollAt: inSeconds(9) })
  vi.advanceTimersByTime(5_000)
  line.update({ type: 'job', job: running(41), nextPollAt: inSeconds(9) })
  line.update({ type: 'job', job: running(49.9), nextPollAt: inSeconds(9) })
  line.update({ type: 'job', job: running(50), nextPollAt: inSeconds(2) })
  const error = new ApiError('No.', { vendor: 'tyk', httpStatus: 503, problem: { title: 'upgrading' } })
  line.update({ type: 'poll-failed', error, nextPollAt: inSeconds(2) })
  line.update({ type: 'poll-failed', error, nextPollAt: inSeconds(4) })
  line.update({ type: 'job', job: running(51), nextPollAt: inSeconds(2) })
  // How it ended is printed as a result.
  line.update({ type: 'job', job: { ...base, status: 'completed' } })
  line.end(false)
  expect(lines()).toEqual([
    '2026-01-31T02:00:00Z tyk a: running · 0s old · next poll in 9s',
    '2026-01-31T02:00:05Z tyk a: running · 41% · 5s old · next poll in 9s',
    '2026-01-31T02:00:05Z tyk a: running · 50% · 5s old · next poll in 2s',
    '2026-01-31T02:00:05Z tyk a: running · 50% · 5s old · next poll in 2s · poll failed: HTTP 503 · upgrading',
    '2026-01-31T02:00:05Z tyk a: running · 51% · 5s old · next poll in 2s',
  ])
})

test('one line a minute while nothing changes, until it is over', () => {
  const { line, lines, progress } = begin()
  vi.advanceTimersByTime(60_000)
  expect(lines()).toEqual(['2026-01-31T02:01:00Z tyk a: polling · 1m 00s old'])
  vi.advanceTimersByTime(30_000)
  line.rename('b')
  line.update({ type: 'job', job: running(), nextPollAt: inSeconds(300) })
  vi.advanceTimersByTime(130_000)
  expect(lines().slice(1)).toEqual([
    '2026-01-31T02:01:30Z tyk b: running · 1m 30s old · next poll in 5m 00s',
    '2026-01-31T02:02:30Z tyk b: running · 2m 30s old · next poll in 4m 00s',
    '2026-01-31T02:03:30Z tyk b: running · 3m 30s old · next poll in 3m 00s',
  ])
  line.end(false)
  progress.add('tyk', 'c')
  progress.end()
  vi.advanceTimersByTime(600_000)
  expect(lines()).toHaveLength(4)
  expect(vi.getTimerCount()).toBe(0)
})

test('a file is told by tenths, with its speed', () => {
  const { line, lines } = begin()
  for (const bytes of [0, 50, 100, 550]) line.save({ bytes, total: 1_000, bytesPerSecond: 10 })
  expect(lines().map((text) => text.slice(text.indexOf('saving')))).toEqual([
    'saving · 0 B of 1.0 kB · 0% · 10 B/s',
    'saving · 100 B of 1.0 kB · 10% · 10 B/s',
    'saving · 550 B of 1.0 kB · 55% · 10 B/s',
  ])
})

test('what is over before the delay leaves no line; what is not tells then how it stands', () => {
  const { line, lines, progress } = begin(10_000)
  const quick = progress.add('tyk', 'quick')
  for (const each of [line, quick]) each.update({ type: 'job', job: running(), nextPollAt: inSeconds(60) })
  vi.advanceTimersByTime(9_000)
  quick.end(false)
  expect(lines()).toEqual([])
  vi.advanceTimersByTime(1_000)
  expect(lines()).toEqual(['2026-01-31T02:00:10Z tyk a: running · 10s old · next poll in 50s'])
  line.update({ type: 'job', job: running(70), nextPollAt: inSeconds(60) })
  expect(lines()).toHaveLength(2)
  progress.clear()
  expect(vi.getTimerCount()).toBe(0)
})

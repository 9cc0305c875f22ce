import { afterEach, expect, test, vi } from 'vitest'
import { parseHttpDate, readRetryAfter } from '../../src/http/response-facts.ts'

const now = Date.UTC(2025, 2, 1, 12)
afterEach(() => vi.useRealTimers())

/** The instant of an answer that says so in its `Date`, if that can be read. */
const readHttpDate = (date: string) => {
  const instant = parseHttpDate(date)
  return Number.isNaN(instant) ? undefined : instant
}

const read = (headers: Record<string, string>) =>
  readRetryAfter(new Headers({ date: new Date(now).toUTCString(), ...headers }))

test.each([
  ['7', 7_000],
  [' 7 ', 7_000],
  ['007', 7_000],
  ['86400', 86_400_000],
  ['0', undefined],
  ['86401', undefined],
  ['-7', undefined],
  ['+7', undefined],
  ['7.5', undefined],
  ['7s', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['', undefined],
  ['soon', undefined],
  ['7, 8', undefined],
  ['9'.repeat(400), undefined],
  ['Sat, 01 Mar 2025 12:00:30 GMT', 30_000],
  ['Saturday, 01-Mar-25 12:00:30 GMT', 30_000],
  ['Sat Mar  1 12:00:30 2025', 30_000],
  ['Sun, 02 Mar 2025 12:00:00 GMT', 86_400_000],
  ['Sun, 02 Mar 2025 12:00:01 GMT', undefined],
  ['Sat, 01 Mar 2025 12:00:00 GMT', undefined],
  ['Sat, 01 Mar 2025 11:59:30 GMT', undefined],
  ['Mon, 03 Mar 2025 12:00:00 GMT', undefined],
  ['2025-03-01T12:00:30Z', undefined],
  ['Sat, 01 Mar 2025 12:00:30 +0000', undefined],
  ['March 1, 2025', undefined],
])('Retry-After: %s', (value, hint) => expect(read({ 'retry-after': value })).toBe(hint))

test.each([
  ['limit=100, remaining=0, reset=7', 7_000],
  ['LIMIT=100, Remaining=0, RESET=7', 7_000],
  ['limit=100,remaining=0,reset=7', 7_000],
  ['"default";r=0;t=7', 7_000],
  ['limit=100, remaining=1, reset=7', undefined],
  ['"default";r=50;t=7', undefined],
  ['x-remaining=0, reset=7', undefined],
  ['remaining=00, reset=7', undefined],
  ['remaining=0, x-reset=7', undefined],
  ['remaining=0, reset=7x', undefined],
  ['remaining=0, reset=1234567890', undefined],
  ['reset=7,remaining=0', 7_000],
  ['reset=7;remaining=0', 7_000],
  ['"default";t=7;r=0', 7_000],
  ['"default"; r=0; t=7', 7_000],
  ['limit=100, remaining=0', undefined],
  ['limit=100, reset=7', undefined],
  ['remaining=0, reset=-7', undefined],
  ['remaining=0, reset=99999999', undefined],
  ['', undefined],
  ['=,;=;', undefined],
])('RateLimit: %s', (value, hint) => expect(read({ ratelimit: value })).toBe(hint))

test('blanks at the end, which not every runtime takes off, change nothing', () => {
  const raw: Record<string, string> = { 'retry-after': '7 ', ratelimit: '"a";r=0;t=9\t', date: '' }
  const headers = { get: (name: string) => raw[name] ?? null } as Headers
  expect(readRetryAfter(headers)).toBe(9_000)
  delete raw.ratelimit
  expect(readRetryAfter(headers)).toBe(7_000)
})

test('the longer of the two counts, and nonsense in one leaves the other', () => {
  const ratelimit = 'limit=1, remaining=0, reset=9'
  expect(read({ 'retry-after': '7', ratelimit })).toBe(9_000)
  expect(read({ 'retry-after': '11', ratelimit })).toBe(11_000)
  expect(read({ 'retry-after': 'soon', ratelimit })).toBe(9_000)
  expect(read({ 'retry-after': '90000', ratelimit })).toBe(9_000)
  expect(read({})).toBeUndefined()
})

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
  ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
  ['Wed Nov 16 08:49:37 1994', '1994-11-16T08:49:37.000Z'],
  ['Thu, 29 Feb 2024 00:00:00 GMT', '2024-02-29T00:00:00.000Z'],
])('%s is an HTTP date', (text, iso) => {
  expect(new Date(readHttpDate(text) ?? Number.NaN).toISOString()).toBe(iso)
})

test.each([
  ['Sun, 6 Nov 1994 08:49:37 GMT'],
  ['Sun, 06 Nov 1994 08:49:37 UTC'],
  ['Sun, 06 Nov 1994 08:49:37'],
  ['06 Nov 1994 08:49:37 GMT'],
  ['Sat, 00 Mar 2025 00:00:00 GMT'],
  ['Sat, 01 Mar 2025 12:60:00 GMT'],
  ['Sat, 01 Foo 2025 12:00:00 GMT'],
  ['Sat, 01 mar 2025 12:00:00 GMT'],
  ['x Sun, 06 Nov 1994 08:49:37 GMT'],
  ['Sun, 06 Nov 1994 08:49:37 GMT x'],
])('%s is no HTTP date', (text) => expect(readHttpDate(text)).toBeUndefined())

test.each([
  ['Sat, 29 Feb 2025 00:00:00 GMT'],
  ['Thu, 31 Apr 2025 00:00:00 GMT'],
  ['Sat, 01 Mar 2025 24:00:00 GMT'],
])('%s is a date that does not exist', (text) => expect(readHttpDate(text)).toBeUndefined())

test('two digits of a year more than 50 years ahead mean the past', () => {
  vi.useFakeTimers({ now, toFake: ['Date'] })
  const year = (digits: string) =>
    new Date(readHttpDate(`Sunday, 06-Nov-${digits} 08:49:37 GMT`) ?? 0).getUTCFullYear()
  expect([year('26'), year('49'), year('76'), year('99'), year('00')]).toEqual([2026, 2049, 1976, 1999, 2000])
})

test.each([
  ['"burst";r=0;t=7, "day";r=9;t=3600', 7_000],
  ['"burst";r=3;t=7, "day";r=0;t=3600', 3_600_000],
  ['"burst";r=0;t=7, "day";r=0;t=60', 60_000],
  ['"burst";r=3;t=7, "day";r=9;t=3600', undefined],
  ['"burst";r=0, "day";r=0;t=60', 60_000],
  ['"burst";r=0, "day";r=9;t=60', undefined],
])('of several limits in RateLimit only the spent ones count: %s', (text, hint) => {
  expect(readRetryAfter(new Headers({ ratelimit: text }))).toBe(hint)
})

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { WaitError } from '../../src/index.ts'
import type { FakeAnswer } from '../support/fake-fetch.ts'
import fc from '../support/fast-check.ts'
import { type VendorName, vendorNames } from '../support/vendors.ts'
import { gaps } from '../wait/world.ts'
import { runs } from './support/runs.ts'
import { askedFor, telling } from './support/vendor-answers.ts'
import { createWorld } from './support/virtual-world.ts'

// The wall clock stands still, so that a date of HTTP is a hint to the millisecond.
const now = Date.parse(askedFor)
beforeEach(() => void vi.useFakeTimers({ now, toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const hour = 3_600_000

/** A date of HTTP so many seconds from now, in one of its three forms. */
function date(seconds: number, form: 'fixed' | 'rfc850' | 'asctime' = 'fixed'): string {
  const fixed = new Date(now + seconds * 1_000).toUTCString()
  const [, day = '', month = '', year = '', time = ''] = fixed.split(' ')
  if (form === 'rfc850') return `Saturday, ${day}-${month}-${year.slice(2)} ${time} GMT`
  return form === 'asctime' ? `Sat ${month} ${day.replace(/^0/, ' ')} ${time} ${year}` : fixed
}

type Hint = [headers: Record<string, string>, floor: number | undefined]
const after = (value: string, seconds?: number): Hint => [
  { 'retry-after': value },
  seconds === undefined ? undefined : seconds * 1_000,
]
const limit = (value: string, seconds?: number): Hint => [
  { ratelimit: value },
  seconds === undefined ? undefined : seconds * 1_000,
]

const given: (Hint | string)[] = [
  [{}, undefined],
  after('1', 1),
  after('60', 60),
  after('  60\t', 60),
  after('0060', 60),
  after(date(60), 60),
  after(date(60, 'rfc850'), 60),
  after(date(60, 'asctime'), 60),
  after('1800', 1_800),
  after('3600', 3_600),
  after('3601', 3_601),
  after(date(7_200), 7_200),
  after('86400', 86_400),
  limit('limit=100, remaining=0, reset=60', 60),
  limit('"minute";r=0;t=60', 60),
  limit('"second";r=1;t=1, "hour";r=0;t=90', 90),
  [{ 'retry-after': '60', ratelimit: 'limit=1, remaining=0, reset=90' }, 90_000],
  [{ 'retry-after': 'soon', ratelimit: 'limit=1, remaining=0, reset=60' }, 60_000],
  [{ 'retry-after': '60', ratelimit: 'limit=1, remaining=0, reset=-1' }, 60_000],
  ...['0', '-0', '00', '-1', '-60', '+60', '60.5', '.5', '1e1', '1e999', '0x3c', '60s', '1m', 'PT60S'],
  ...['', ' ', ',', ';', '"60"', '60;', '60, 60', '60 60', 'null', 'NaN', 'Infinity', 'soon', 'never'],
  ...['86401', '999999999', '9999999999', `${2 ** 31}`, `${2 ** 53}`, '9'.repeat(400)],
  ...[date(0), date(-60), date(86_401), date(-hour), date(60).replace('GMT', 'UTC'), date(60).toLowerCase()],
  ...[date(60).slice(0, -4), `${date(60)}, ${date(60)}`, date(60).replace('2025', '10000'), `x ${date(60)}`],
  ...['Sat, 32 Mar 2025 10:01:00 GMT', 'Sat, 01 Mar 2025 24:01:00 GMT', '2025-03-01T10:01:00Z', '1740823260'],
  ...['Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', '\u00a060', '60\u00a0', '²', '1,5'],
  limit('limit=100, remaining=0'),
  limit('limit=100, remaining=0, reset=0'),
  limit('limit=100, remaining=0, reset=-60'),
  limit('limit=100, remaining=0, reset=1e9'),
  limit('limit=100, remaining=0, reset=99999999999'),
  limit('limit=100, remaining=00, reset=60'),
  limit('limit=100, remaining=1, reset=60'),
  limit('remaining=0;reset=soon'),
  limit('"minute";r=0'),
  limit('=,;=;"'),
]
const hints = given.map((hint): Hint => (typeof hint === 'string' ? after(hint) : hint))

/** An hour of a vendor that says the same in the headers of all its answers, which are not all refusals. */
async function anHour(vendor: VendorName, headers: Record<string, string>) {
  const saying = (answer: FakeAnswer): FakeAnswer => ({
    ...answer,
    headers: { ...answer.headers, ...headers },
  })
  const running = saying(telling(vendor, 'running'))
  const answers = [running, { ...running, status: 429 }, { ...running, status: 503 }]
  const world = createWorld(vendor, (_, count) => answers[count % answers.length] as FakeAnswer)
  const { error } = await world.wait({ timeout: '1h', tolerate: '1h' })
  return { times: world.times, error: error as WaitError }
}

/**
 * The most polls that the schedule has for an hour: one after the other they come 1.3·√(1 + age) s apart, ±10 %,
 * and a second at least; that makes 103 at most, and the last look.
 */
const mostPolls = 104

describe.each(vendorNames)('%s', (vendor) => {
  test.each(hints)('%j on every answer for an hour: a floor of %s ms', async (headers, floor = 0) => {
    const { times, error } = await anHour(vendor, headers)
    expect(error).toMatchObject({ name: 'WaitError', reason: 'timeout' })
    expect(times.length).toBeLessThanOrEqual(Math.min(mostPolls, 1 + hour / Math.max(floor, 1)))
    const [first = floor, ...rest] = gaps(times)
    expect(first).toBeGreaterThanOrEqual(floor)
    // What is nonsense must not slow the wait down, either.
    expect(first).toBeLessThan(Math.max(floor + 1, 1_500))
    // The last look comes when the wait is over.
    for (const gap of rest.slice(0, -1)) expect(gap).toBeGreaterThanOrEqual(Math.max(floor, 1_000))
    // A floor that goes beyond the deadline ends the wait where it is.
    const last = times.at(-1) as number
    if (last < hour) expect(error.retryAt?.getTime()).toBe(now + last + floor)
    expect(last + floor).toBeGreaterThanOrEqual(hour)
  })

  test('a floor that is told with the last look stands on the error, for the wait that goes on', async () => {
    const running = telling(vendor, 'running')
    const slow = { ...running, headers: { ...running.headers, 'retry-after': '60' } }
    const world = createWorld(vendor, (at) => (at < hour ? running : slow))
    expect((await world.wait({ timeout: '1h' })).error).toMatchObject({
      reason: 'timeout',
      retryAt: new Date(now + hour + 60_000),
    })
  })

  test('anything in the headers: never more polls than the schedule has', async () => {
    const latin = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    })
    const near = fc
      .tuple(
        fc.constantFrom(
          '60',
          date(60),
          date(60, 'rfc850'),
          date(60, 'asctime'),
          'limit=1, remaining=0, reset=60',
        ),
        fc.nat(40),
        latin,
      )
      .map(([text, at, extra]) => text.slice(0, at) + extra + text.slice(at))
    const value = fc.oneof(latin, near, fc.integer().map(String), fc.double().map(String)).filter(isHeader)
    await fc.assert(
      fc.asyncProperty(value, value, async (retryAfter, ratelimit) => {
        const { times } = await anHour(vendor, { 'retry-after': retryAfter, ratelimit })
        expect(times.length).toBeLessThanOrEqual(mostPolls)
      }),
      { numRuns: runs / 100 },
    )
  })

  test.each(hints)('%j on 429, in get: a floor of %s ms', async (headers, floor = 0) => {
    const slept: number[] = []
    const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) }
    const world = createWorld(vendor, [{ ...telling(vendor, 'running'), status: 429, headers }], { clock })
    const { error } = await world.get()
    expect(error).toMatchObject({ code: 'rate-limited' })
    if (floor > 0) expect(error).toHaveProperty('retryAfter', floor)
    else expect(error).not.toHaveProperty('retryAfter')
    // A pause of more than a minute is left to the wait.
    expect(slept).toHaveLength(floor > 60_000 ? 0 : 2)
    expect(world.times).toHaveLength(slept.length + 1)
    for (const ms of slept) expect(ms).toBeGreaterThanOrEqual(Math.max(floor, 125))
  })
})

function isHeader(value: string): boolean {
  try {
    new Headers({ value })
    return true
  } catch {
    return false
  }
}

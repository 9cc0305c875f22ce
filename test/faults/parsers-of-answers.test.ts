import { describe, expect, test } from 'vitest'
import { readProblem } from '../../src/http/api-error.ts'
import { parseHttpDate, readRetryAfter } from '../../src/http/response-facts.ts'
import fc from '../support/fast-check.ts'
import { anyText, nearly, runs } from './support/runs.ts'

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: runs })

const day = 86_400_000

describe('Retry-After, RateLimit and Date', () => {
  const now = Date.UTC(2025, 2, 1, 12)
  const header = fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  })
  const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
  const forms = (date: Date): [string, string, string] => {
    const [, number = '', month = '', year = '', time = ''] = date.toUTCString().split(' ')
    const weekday = weekdays[date.getUTCDay()] as string
    const padded = number.replace(/^0/, ' ')
    return [
      date.toUTCString(),
      `${weekday}, ${number}-${month}-${year.slice(2)} ${time} GMT`,
      `${weekday.slice(0, 3)} ${month} ${padded} ${time} ${year}`,
    ]
  }
  const near = fc
    .integer({ min: -2 * day, max: 2 * day })
    .map((ms) => new Date(Math.floor((now + ms) / 1_000) * 1_000))
  const retryAfters = fc.oneof(
    fc.nat(200_000).map(String),
    near.chain((date) => fc.constantFrom(...forms(date))),
  )
  const sensible = (ms: number) => (ms > 0 && ms <= day ? ms : undefined)
  const hintOf = (headers: Record<string, string>) =>
    readRetryAfter(new Headers({ date: new Date(now).toUTCString(), ...headers }))

  test('whole seconds', () => {
    fc.assert(
      fc.property(fc.nat(), (seconds) => {
        expect(hintOf({ 'retry-after': String(seconds) })).toBe(sensible(seconds * 1_000))
      }),
    )
  })

  test('a date in each of the three forms', () => {
    fc.assert(
      fc.property(near, (date) => {
        for (const text of forms(date)) {
          expect(hintOf({ 'retry-after': text }), text).toBe(sensible(date.getTime() - now))
          expect(parseHttpDate(text)).toBe(date.getTime())
        }
      }),
    )
  })

  test('a limit that is spent, in both forms', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(3), (seconds, remaining) => {
        const expected = remaining === 0 ? sensible(seconds * 1_000) : undefined
        expect(hintOf({ ratelimit: `limit=100, remaining=${remaining}, reset=${seconds}` })).toBe(expected)
        expect(hintOf({ ratelimit: `"default";r=${remaining};t=${seconds}` })).toBe(expected)
      }),
    )
  })

  test('anything else is nothing, or a pause of no more than a day', () => {
    const value = fc.oneof(header, nearly(retryAfters)).filter((text) => /^[\x20-\x7e\xa0-\xff]*$/.test(text))
    fc.assert(
      fc.property(value, value, (retryAfter, ratelimit) => {
        const hint = hintOf({ 'retry-after': retryAfter, ratelimit })
        if (hint !== undefined) expect(sensible(hint)).toBe(hint)
      }),
    )
  })

  test('a date of HTTP is read as what it says, or not at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, nearly(near.chain((date) => fc.constantFrom(...forms(date))))),
        (text) => {
          const instant = parseHttpDate(text)
          if (Number.isNaN(instant)) return
          const [fixed, , asctime] = forms(new Date(instant))
          const [, number = '', month = '', , time = ''] = fixed.split(' ')
          for (const part of [Number(number), month, time]) expect(text).toContain(String(part))
          expect(asctime).toContain(time)
        },
      ),
    )
  })
})

describe('bodies of refusals', () => {
  const keys = [
    'errors',
    'error',
    'detail',
    'title',
    'message',
    'code',
    'name',
    'request_id',
    'loc',
    'msg',
    '__proto__',
  ]
  const { body } = fc.letrec((tie) => ({
    body: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, 0, '', 'text', 'x'.repeat(99)),
      fc.array(tie('body'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('body'), { noNullPrototype: false }),
    ),
  }))
  const written = body.map((value) => JSON.stringify(value) ?? '')

  test('whatever they hold, they tell texts or nothing, and nothing is made up', () => {
    fc.assert(
      fc.property(fc.oneof(written, nearly(written), anyText, fc.json()), (text) => {
        const refusal = readProblem(text)
        const parsed = parse(text)
        for (const told of Object.values(refusal)) {
          if (told === undefined) continue
          expect(told).toBeTypeOf('string')
          expect(told).not.toBe('')
        }
        if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
          expect(refusal).toEqual({})
        for (const told of [refusal.title, refusal.requestId]) {
          if (told !== undefined) expect(text).toContain(JSON.stringify(told))
        }
      }),
    )
  })

  test('those that a vendor writes are told in its words', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (title, detail) => {
        const forms = [
          { errors: [{ title, detail }] },
          { title, detail },
          { error: { code: title, message: detail } },
        ]
        for (const form of [
          ...forms,
          { code: title, message: detail },
          { code: 400, name: title, message: detail },
        ]) {
          expect(readProblem(JSON.stringify(form))).toMatchObject({ title, detail })
        }
      }),
    )
  })

  function parse(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  }
})

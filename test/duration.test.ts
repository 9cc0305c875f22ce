import { describe, expect, test } from 'vitest'
import { type Duration, parseDuration } from '../src/duration.ts'
import { ConfigurationError } from '../src/errors.ts'
import fc from './support/fast-check.ts'

const century = 100 * 365 * 86_400_000
const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const unit = fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[]))

test('milliseconds are milliseconds, from nothing to a hundred years', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: century, noNaN: true }), (ms) => {
      expect(parseDuration(ms, 'timeout')).toBe(ms)
    }),
  )
})

test('a number with its unit is so many of them', () => {
  fc.assert(
    fc.property(fc.nat(36_500), unit, (amount, unit) => {
      expect(parseDuration(`${amount}${unit}`, 'timeout')).toBe(amount * units[unit])
    }),
  )
})

test('fractions too', () => {
  fc.assert(
    fc.property(fc.nat(999), fc.integer({ min: 0, max: 999 }), unit, (whole, fraction, unit) => {
      const amount = `${whole}.${String(fraction).padStart(3, '0')}` as `${number}`
      expect(parseDuration(`${amount}${unit}`, 'timeout')).toBeCloseTo(
        (whole + fraction / 1_000) * units[unit],
        5,
      )
    }),
  )
})

test.each<[Duration, number]>([
  ['0s', 0],
  ['500ms', 500],
  ['1.5s', 1_500],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  ['36500d', century],
])('%s', (text, ms) => expect(parseDuration(text, 'timeout')).toBe(ms))

describe('anything else is a ConfigurationError that names the option', () => {
  const refused = (value: unknown) => {
    try {
      parseDuration(value as Duration, 'tolerate')
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError)
      expect(error).toMatchObject({ code: 'invalid-option', retryable: false })
      expect((error as Error).message).toContain('tolerate')
      return
    }
    throw new Error(`${String(value)} was taken for a duration`)
  }

  test.each([
    ...[-1, -0.001, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, century + 1, 10n],
    ...[
      '',
      ' ',
      '5',
      's',
      '5 s',
      ' 5s',
      '5s ',
      '5S',
      '-5s',
      '+5s',
      '5w',
      '5y',
      '5sec',
      '1h30m',
      '0x5s',
      '1e3s',
    ],
    ...[
      'Infinitys',
      'NaNs',
      '5.s',
      '.5s',
      '5..5s',
      '5,5s',
      '5s\n',
      '٥s',
      '1_000ms',
      '36501d',
      '9'.repeat(400),
    ],
    ...[null, undefined, true, {}, [], [5], new Date(5), () => 5, Symbol('5s'), Object('5s'), Object(5)],
  ])('%s', refused)

  test('text of any other form, in no time', () => {
    fc.assert(
      fc.property(
        fc
          .string({ unit: fc.constantFrom(...'059.smhde+- ') })
          .filter((text) => !/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text)),
        refused,
      ),
    )
    refused(`${'1'.repeat(100_000)}x`)
  })

  test('anything at all', () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== 'number' && typeof value !== 'string'),
        refused,
      ),
    )
  })
})

import { describe, expect, test } from 'vitest'
import { type Duration, parseDuration } from '../../src/duration.ts'
import { ConfigurationError } from '../../src/errors.ts'
import { checkId } from '../../src/http/check-id.ts'
import { isDay, readInstant } from '../../src/vendor/instant.ts'
import fc from '../support/fast-check.ts'
import { anyText, nearly, runs } from './support/runs.ts'

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: runs })
const day = 86_400_000
const century = 100 * 365 * day

const two = (value: number) => String(value).padStart(2, '0')

describe('durations', () => {
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: day }
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 17 })
  const written = fc
    .tuple(digits, fc.option(digits), fc.constantFrom(...Object.keys(units)))
    .map(([whole, part, unit]) => `${whole}${part === null ? '' : `.${part}`}${unit}`)

  test('a text is read as its number times its unit, or refused', () => {
    fc.assert(
      fc.property(fc.oneof(written, nearly(written), anyText), (text) => {
        const [, whole = '', part = '', unit] = /^(\d+)(?:\.(\d+))?(ms|s|m|h|d)$/.exec(text) ?? []
        const expected = Number(`${whole}.${part || 0}`) * units[unit as 's']
        const isSound = whole.length <= 15 && part.length <= 15 && expected <= century
        if (isSound) expect(parseDuration(text as Duration, 'x')).toBeCloseTo(expected, 3)
        else expect(() => parseDuration(text as Duration, 'x')).toThrow(ConfigurationError)
      }),
    )
  })

  test('a number is itself, or refused', () => {
    fc.assert(
      fc.property(fc.double(), (number) => {
        if (number >= 0 && number <= century) expect(parseDuration(number, 'x')).toBe(number)
        else expect(() => parseDuration(number, 'x')).toThrow(ConfigurationError)
      }),
    )
  })
})

describe('dates of the vendors', () => {
  const instant = fc.date({ min: new Date('0002-01-01'), max: new Date('9999-12-30'), noInvalidDate: true })
  const fraction = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 9 })
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 })
  const parts = fc.tuple(
    instant,
    fc.option(fraction),
    fc.option(offset),
    fc.constantFrom('', ':'),
    fc.boolean(),
  )
  const cases = parts.map(([at, decimals, minutes, colon, isPlain]) => {
    const seconds = Math.floor(at.getTime() / 1_000) * 1_000
    const local = new Date(seconds + (minutes ?? 0) * 60_000).toISOString().slice(0, 19)
    const away = Math.abs(minutes ?? 0)
    const zone = `${(minutes ?? 0) < 0 ? '-' : '+'}${two(Math.floor(away / 60))}${colon}${two(away % 60)}`
    const end = minutes !== null ? zone : isPlain ? '' : 'Z'
    const text = `${local}${decimals === null ? '' : `.${decimals}`}${end}`
    return { text, ms: seconds + Number((decimals ?? '').padEnd(3, '0').slice(0, 3)) }
  })

  test('RFC 3339, in every form, is read to the millisecond', () => {
    fc.assert(
      fc.property(cases, ({ text, ms }) => {
        // A fraction of a year before 0001 is none that a vendor writes.
        fc.pre(!text.startsWith('0001-') && /^\d{4}-/.test(text))
        for (const spelled of [text, text.replace('T', ' '), text.toLowerCase()]) {
          expect(readInstant(spelled)?.getTime(), spelled).toBe(ms <= 0 ? undefined : ms)
        }
      }),
    )
  })

  test('whatever is read of anything else exists', () => {
    const texts = cases.map(({ text }) => text)
    // Just outside of what there is, and the days that only some months have.
    const numbers = fc.tuple(...[99, 13, 32, 24, 60, 60].map((most) => fc.nat(most).map(two)))
    const impossible = numbers.map(([y, m, d, h, min, sec]) => `20${y}-${m}-${d}T${h}:${min}:${sec}Z`)
    fc.assert(
      fc.property(fc.oneof(anyText, nearly(texts), impossible), (text) => {
        const read = readInstant(text)
        if (read === undefined) return
        expect(Number.isFinite(read.getTime())).toBe(true)
        expect(isDay(text.slice(0, 10))).toBe(true)
      }),
    )
  })

  test('a day is one that the calendar has', () => {
    const numbers = fc.tuple(fc.integer({ min: 1_000, max: 9_999 }), fc.nat(14), fc.nat(33))
    const days = numbers.map(([year, month, date]) => `${year}-${two(month)}-${two(date)}`)
    fc.assert(
      fc.property(fc.oneof(days, nearly(days), anyText), (text) => {
        const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN)
        const exists = !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text
        expect(isDay(text)).toBe(exists)
      }),
    )
  })
})

describe('ids', () => {
  const units = ['binary', 'grapheme', 'grapheme-ascii'] as const
  const texts = fc.oneof(...units.map((unit) => fc.string({ unit, maxLength: 600 })))
  const climbing = fc.array(
    fc.constantFrom('.', '..', '/', '\\', '%2e', '%2F', '%5C', '%', 'a', '?', '#', '\0'),
  )
  const lone = fc.string({
    unit: fc.integer({ min: 0xd7f0, max: 0xe010 }).map((code) => String.fromCharCode(code)),
  })

  test('one that is taken names one thing under a path, and comes out of the URL as it went in', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          texts,
          climbing.map((parts) => parts.join('')),
          lone,
        ),
        (id) => {
          const isTaken = takes(id)
          const isSafe =
            id.length >= 1 &&
            id.length <= 512 &&
            isWellFormed(id) &&
            !/[/\\\p{Cc}]|%2e|%2f|%5c/iu.test(id) &&
            id !== '.' &&
            id !== '..'
          expect(isTaken).toBe(isSafe)
          if (!isTaken) return
          const url = new URL(`https://vendor.example/v1/exports/${encodeURIComponent(id)}/download`)
          expect(url.pathname.split('/').map(decodeURIComponent)).toEqual([
            '',
            'v1',
            'exports',
            id,
            'download',
          ])
          expect(url.search + url.hash).toBe('')
        },
      ),
    )
  })

  test('what is no text is none', () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== 'string'),
        (value) => {
          expect(takes(value)).toBe(false)
        },
      ),
    )
  })

  function isWellFormed(text: string): boolean {
    try {
      return encodeURIComponent(text) !== ''
    } catch {
      return false
    }
  }

  function takes(id: unknown): boolean {
    try {
      checkId(id, 'acme')
      return true
    } catch (error) {
      expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-ref' })
      return false
    }
  }
})

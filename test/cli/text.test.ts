import { describe, expect, test } from 'vitest'
import {
  cutEnd,
  cutMiddle,
  formatBytes,
  formatCount,
  formatSpan,
  formatTicks,
  padEnd,
  padStart,
  sanitizeForTerminal,
  widthOf,
} from '../../src/cli/text.ts'

describe('text', () => {
  test('sanitizeForTerminal keeps words and drops what moves a cursor', () => {
    expect(sanitizeForTerminal(' a\u001b[31mb\u001b]0;title\u0007c\u009b2J\r\nd\u202ee\u200bf\u2028g ')).toBe(
      'abc def g',
    )
    expect(sanitizeForTerminal('Größe 日本 👍')).toBe('Größe 日本 👍')
  })

  test.each([
    [0, '0.0s', '0s'],
    [1_340, '1.3s', '1s'],
    [9_940, '9.9s', '9s'],
    [9_960, '10s', '9s'],
    [59_600, '1m 00s', '1m 00s'],
    [245_000, '4m 05s', '4m 05s'],
    [3_720_000, '1h 02m', '1h 02m'],
    [90_000_000, '1d 1h', '1d 1h'],
  ])('a span of %i ms', (milliseconds, span, ticks) => {
    expect([formatSpan(milliseconds), formatTicks(milliseconds)]).toEqual([span, ticks])
  })

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [201_300, '201 kB'],
    [999_600, '1.0 MB'],
    [1.5e12, '1.5 TB'],
  ])('a size of %d bytes', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  test('a count', () => {
    expect([formatCount(1, 'record'), formatCount(12_345, 'record')]).toEqual(['1 record', '12,345 records'])
  })
})

const texts = [
  'plain text that is long',
  '台帳がロックされています',
  'ｈａｌｆ and full',
  '각각각각',
  '👍🏽👨‍👩‍👧🇯🇵❤️👍🏽',
  'e\u0301a\u0308o\u0302 combined',
  'पढ़ना पढ़ना',
  'a台b帳c',
]

describe.each(texts)('%s', (text) => {
  test.each([
    ['end', cutEnd],
    ['middle', cutMiddle],
  ])('cut at its %s is never too wide, and no character is cut in half', (_, cut) => {
    const characters = new Set([...new Intl.Segmenter().segment(text)].map(({ segment }) => segment))
    for (let width = 1; width < widthOf(text); width++) {
      const shown = cut(text, width)
      expect(widthOf(shown), shown).toBeLessThanOrEqual(width)
      expect(widthOf(shown), shown).toBeGreaterThanOrEqual(width - 2)
      const parts = [...new Intl.Segmenter().segment(shown.replace('…', '\n'))].map(({ segment }) => segment)
      expect(parts.filter((part) => part !== '\n' && !characters.has(part))).toEqual([])
    }
    expect(cut(text, widthOf(text))).toBe(text)
  })
})

test('the middle is cut out, so that both ends are seen', () => {
  expect(cutMiddle('abcdefghij', 10)).toBe('abcdefghij')
  expect(cutMiddle('abcdefghij', 5)).toBe('ab…ij')
  expect(cutMiddle('abcdefghij', 1)).toBe('…')
  expect(cutMiddle('台帳台帳台帳', 8)).toBe('台帳…帳')
})

test('a colour takes no room, and ends where the text is cut', () => {
  const red = '\u001b[31m台帳台帳\u001b[39m'
  expect(widthOf(red)).toBe(8)
  expect(cutEnd(red, 8)).toBe(red)
  expect(cutEnd(red, 6)).toBe('\u001b[31m台帳\u001b[39m…')
  expect(cutEnd('abc', 0)).toBe('')
})

test('texts are filled up by columns', () => {
  expect([padEnd('台', 4), padStart('台', 4), padEnd('abc', 2)]).toEqual(['台  ', '  台', 'abc'])
})

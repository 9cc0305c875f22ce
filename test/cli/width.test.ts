import { describe, expect, test } from 'vitest'
import { cutEnd, cutMiddle, padEnd, padStart, widthOf } from '../../src/cli/width.ts'

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

import { describe, expect, test } from 'vitest'
import { formatBytes, formatCount, formatSpan, formatTicks, sanitizeForTerminal } from '../../src/cli/text.ts'

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

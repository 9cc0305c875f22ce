import { expect, test } from 'vitest'
import { closestName } from '../../src/internal/closest-name.ts'

const names = ['from_date', 'to_date', 'q', 'search_operator']

test.each([
  ['fromDate', 'from_date'],
  ['FROM-DATE', 'from_date'],
  ['form_date', 'from_date'],
  ['todate', 'to_date'],
  ['to_dat', 'to_date'],
  ['searchOperators', 'search_operator'],
])('%s: %s', (given, meant) => expect(closestName(given, names)).toBe(meant))

test.each(['date', 'x', '', 'organization', '__proto__', 'from_date'.repeat(1_000)])('%s: none', (given) =>
  expect(closestName(given, names)).toBeUndefined(),
)

test('the nearest of several', () =>
  expect(closestName('subjectNam', ['subjectId', 'subjectName'])).toBe('subjectName'))

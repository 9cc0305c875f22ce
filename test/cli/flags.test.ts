import { expect, test } from 'vitest'
import { readList, waitOptions } from '../../src/cli/flags.ts'

test('the options of a wait are those of the flags, and what the export is expected to take', () => {
  const flags = { timeout: '2h', minDelay: '2s', maxDelay: '1m', stallAfter: '5m', tolerate: '1m' } as const
  expect(waitOptions({ ...flags, notFoundGrace: '0s', json: true }, [30_000])).toEqual({
    timeout: '2h',
    schedule: { minDelay: '2s', maxDelay: '1m', expected: [30_000] },
    stallAfter: '5m',
    tolerate: '1m',
    notFoundGrace: '0s',
  })
})

test('a list is given by commas, or one by one', () => {
  expect(readList('c,,d', readList('a,b'))).toEqual(['a', 'b', 'c', 'd'])
})

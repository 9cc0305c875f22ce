import { expect, test } from 'vitest'
import { isJob, toRef } from '../../src/internal/ref.ts'

const job = { vendor: 'tyk', id: 'a', ref: 'a', status: 'running', rawStatus: 'x', raw: {} } as const

test.each<[what: string, value: unknown, is: boolean]>([
  ['a job', job, true],
  ['one that went through JSON', JSON.parse(JSON.stringify(job)), true],
  ['a text', 'a', false],
  ['null', null, false],
  ['undefined', undefined, false],
  ['the ref of a run', { exportId: 'a', runId: 'b' }, false],
  ['what has no status', { id: 'a', ref: 'a' }, false],
  ['what inherits all', Object.create(job), false],
])('isJob: %s', (_, value, is) => expect(isJob(value)).toBe(is))

test.each<[what: string, value: unknown, ref: unknown]>([
  ['a text', 'a', 'a'],
  ['an object', { exportId: 'a', runId: 'b' }, { exportId: 'a', runId: 'b' }],
  ['a job', job, 'a'],
  ['a job without its vendor', { ...job, vendor: undefined }, 'a'],
])('toRef: %s', (_, value, ref) => expect(toRef(value, 'tyk')).toEqual(ref))

test('a job of another vendor is refused, with both names', () => {
  const error = expect.objectContaining({ code: 'invalid-ref', vendor: 'anaconda' })
  expect(() => toRef(job, 'anaconda')).toThrow(error)
  expect(() => toRef(job, 'anaconda')).toThrow(/tyk.*anaconda/)
})

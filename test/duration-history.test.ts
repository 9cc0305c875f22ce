import { describe, expect, test } from 'vitest'
import {
  ConfigurationError,
  type Duration,
  Durations,
  durationOf,
  type ExportJob,
  type TimedJob,
  waitForCompletion,
} from '../src/index.ts'
import fc from './support/fast-check.ts'

const createdAt = new Date('2026-03-01T10:00:00.000Z')
const completedAt = new Date('2026-03-01T10:00:41.250Z')

describe('durationOf', () => {
  test('is what the vendor tells, of a job and of its summary', () => {
    expect(durationOf({ status: 'completed', createdAt, completedAt })).toBe(41_250)
    const summary = JSON.parse(JSON.stringify({ status: 'completed', createdAt, completedAt }))
    expect(durationOf(summary)).toBe(41_250)
    expect(durationOf({ status: 'completed', createdAt, completedAt: createdAt })).toBe(0)
  })

  test.each<[string, object]>([
    ['not completed', { status: 'running', createdAt, completedAt }],
    ['failed', { status: 'failed', createdAt, completedAt }],
    ['no start', { status: 'completed', completedAt }],
    ['no end', { status: 'completed', createdAt }],
    ['null, as a store may write it', { status: 'completed', createdAt: null, completedAt }],
    ['a number, of which nobody knows the unit', { status: 'completed', createdAt: 0, completedAt }],
    ['no date', { status: 'completed', createdAt: 'yesterday', completedAt }],
    ['an end before the start', { status: 'completed', createdAt: completedAt, completedAt: createdAt }],
    ['an end in the year 9999', { status: 'completed', createdAt, completedAt: '9999-12-31T23:59:59Z' }],
  ])('is undefined: %s', (_, job) => expect(durationOf(job as TimedJob)).toBeUndefined())
})

describe('Durations', () => {
  test('keeps what was added, by key, newest last', () => {
    const durations = new Durations()
    durations.add('orders', 5_000)
    durations.add('orders', '7s')
    durations.add('users', { status: 'completed', createdAt, completedAt })
    expect(durations.expected('orders')).toEqual([5_000, 7_000])
    expect(durations.expected('users')).toEqual([41_250])
    expect(durations.expected('none')).toEqual([])
    ;(durations.expected('orders') as number[]).reverse()
    expect(durations.expected('orders')).toEqual([5_000, 7_000])
  })

  test('keeps the latest thirty, and reads no more', () => {
    const durations = new Durations()
    for (let ms = 1; ms <= 31; ms++) durations.add('orders', ms)
    expect(durations.expected('orders')).toEqual(Array.from({ length: 30 }, (_, index) => index + 2))
    const long = { orders: Array.from({ length: 40 }, (_, index) => index) }
    expect(Durations.from(long).expected('orders')).toEqual(long.orders.slice(10))
    expect(JSON.stringify(Durations.from({ orders: [] }))).toBe('{}')
  })

  test('leaves out a job whose vendor does not tell, and refuses what is no duration', () => {
    const durations = new Durations()
    durations.add('orders', { status: 'completed', completedAt })
    expect(durations.toJSON()).toEqual({})
    for (const took of [-1, Number.NaN, 'soon', undefined, null, true]) {
      expect(() => durations.add('orders', took as Duration)).toThrow(ConfigurationError)
    }
    expect(durations.toJSON()).toEqual({})
  })

  test('one odd job fails no later wait: what no schedule takes is not kept', async () => {
    const odd = { status: 'completed', createdAt, completedAt: new Date('9999-12-31T23:59:59Z') }
    const durations = Durations.from({ orders: [odd.completedAt.getTime() - createdAt.getTime(), 5_000] })
    durations.add('orders', odd)
    expect(durations.expected('orders')).toEqual([5_000])
    const client = { vendor: 'acme', get: async () => ({ status: 'completed' }) as ExportJob }
    for (const expected of [durations.expected('orders'), durations.expected('none')])
      await waitForCompletion(client, 'e1', { schedule: { expected } })
  })

  test('a list that was handed out does not grow', () => {
    const durations = new Durations()
    durations.add('orders', 1)
    const before = durations.expected('orders')
    durations.add('orders', 2)
    expect(before).toEqual([1])
  })

  test('goes through JSON unchanged, whatever the keys', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', ''))
    const added = fc.array(fc.tuple(key, fc.nat(1e9)), { maxLength: 80 })
    fc.assert(
      fc.property(added, (entries) => {
        const durations = new Durations()
        for (const [key, ms] of entries) durations.add(key, ms)
        const read = Durations.from(JSON.parse(JSON.stringify(durations)))
        for (const [key] of entries) expect(read.expected(key)).toEqual(durations.expected(key))
        expect(JSON.stringify(read)).toBe(JSON.stringify(durations))
      }),
    )
  })

  test.each([undefined, null, {}])('begins empty from %j', (stored) => {
    expect(Durations.from(stored).toJSON()).toEqual({})
  })

  test.each<[unknown]>([
    ['{}'],
    [[]],
    [5],
    [new Map()],
    [{ orders: 5_000 }],
    [{ orders: ['5s'] }],
    [{ orders: [-1] }],
    [{ orders: [null] }],
    [{ orders: [Number.POSITIVE_INFINITY] }],
  ])('refuses what it did not write: %j', (stored) => {
    expect(() => Durations.from(stored)).toThrow(expect.objectContaining({ code: 'invalid-state' }))
  })
})

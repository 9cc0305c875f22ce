import { describe, expect, test } from 'vitest'
import { readStatusTable } from '../../src/vendor/definition.ts'
import { checkIdentity, toJob } from '../../src/vendor/to-job.ts'
import fc from '../support/fast-check.ts'

const statuses = {
  busy: 'running',
  done: 'completed',
  broken: 'failed',
  stopped: 'canceled',
  gone: 'expired',
} as const
const make = (fields: object, response?: Response) =>
  toJob(
    'acme',
    readStatusTable(statuses, 'acme'),
    'e-1',
    { id: 'e-1', status: 'busy', raw: {}, ...fields } as never,
    response,
  ) as unknown as Record<string, unknown>

const least = ['vendor', 'id', 'ref', 'status', 'rawStatus', 'raw']
const optional = [
  'progress',
  'createdAt',
  'completedAt',
  'expiresAt',
  'totalRecords',
  'fileSize',
  'reason',
  'download',
]

describe.each(Object.keys(statuses))('status %s', (status) => {
  test.each(optional)('%s may be null, missing or of another type', (field) => {
    const others = fc.oneof(
      fc.constantFrom(
        null,
        undefined,
        '',
        Number.NaN,
        Number.POSITIVE_INFINITY,
        -1,
        {},
        [],
        true,
        'no',
        () => {},
      ),
      fc.object(),
    )
    fc.assert(
      fc.property(others, (value) => {
        const job = make({ status, [field]: value })
        expect(job).toMatchObject({ id: 'e-1', rawStatus: status, status: statuses[status as 'busy'] })
        for (const [key, each] of Object.entries(job)) {
          expect(each).not.toBeUndefined()
          expect([...least, 'reason', 'download']).toContain(key)
        }
      }),
      { numRuns: 50 },
    )
  })
})

test.each<[given: object, job: object]>([
  [{ progress: 0 }, { progress: 0 }],
  [{ progress: 100 }, { progress: 100 }],
  [{ createdAt: 1_740_823_200 }, { createdAt: new Date('2025-03-01T10:00:00Z') }],
  [{ createdAt: 1_740_823_200_000 }, { createdAt: new Date('2025-03-01T10:00:00Z') }],
  [{ createdAt: '2025-03-01T10:00:00Z' }, { createdAt: new Date('2025-03-01T10:00:00Z') }],
  [
    { totalRecords: 0, fileSize: 7 },
    { totalRecords: 0, fileSize: 7 },
  ],
  [{ status: 'broken', reason: 'r' }, { reason: 'r' }],
  [{ status: 'broken' }, { reason: 'acme gave no reason.' }],
  [
    { status: 'stopped', reason: 'r' },
    { status: 'canceled', reason: 'r' },
  ],
  [
    { status: 'done', download: { url: 'https://a.example/b', format: 'csv' } },
    { download: { url: 'https://a.example/b', format: 'csv' } },
  ],
  [
    { status: 'done', download: { url: 'https://a.example/b.json?Signature=a&Expires=1740823200' } },
    { download: { format: 'json', expiresAt: new Date('2025-03-01T10:00:00Z') } },
  ],
])('%j', (given, job) => expect(make(given)).toMatchObject(job))

test.each<[fields: object]>([
  [{ id: '' }],
  [{ id: 5 }],
  [{ id: undefined }],
  [{ status: undefined }],
  [{ status: null }],
  [{ status: 1 }],
])('%j is no answer about an export', (fields) =>
  expect(() => make(fields)).toThrow(expect.objectContaining({ code: 'unexpected-shape' })),
)

describe('a completed export expires by the vendor`s own clock', () => {
  const answered = (date?: string) => new Response(null, date ? { headers: { date } } : {})
  const years = (by: number) => new Date(Date.now() + by * 31_536_000_000)

  test.each<[answeredAt: string, by: string | undefined, status: string]>([
    ['before it, though this clock is ahead', years(-9.5).toUTCString(), 'completed'],
    ['after it', years(-8).toUTCString(), 'expired'],
    ['at an instant that it does not tell: ours may be ahead', undefined, 'completed'],
  ])('answered %s', (_, date, status) => {
    expect(make({ status: 'done', expiresAt: years(-9) }, answered(date)).status).toBe(status)
  })

  test('answered after it, though this clock is behind', () => {
    expect(make({ status: 'done', expiresAt: years(9) }).status).toBe('completed')
    const response = answered(years(10).toUTCString())
    expect(make({ status: 'done', expiresAt: years(9) }, response).status).toBe('expired')
  })

  test.each<[expiresAt: string, others: object]>([
    ['1970-01-01T00:00:00Z', {}],
    ['0001-01-01T00:00:00Z', {}],
    ['2000-01-01T00:00:00Z', { createdAt: '2025-03-01T10:00:00Z' }],
    ['2025-03-01T10:00:00Z', { createdAt: '2025-03-01T10:00:00Z', completedAt: '2025-03-01T10:01:00Z' }],
  ])('an expiry at %s before the export was there tells nothing: %j', (expiresAt, others) => {
    const fields = { status: 'done', expiresAt, download: { expiresAt, format: 'csv' }, ...others }
    const job = make(fields, answered(new Date().toUTCString()))
    expect(job).toMatchObject({ status: 'completed', download: { format: 'csv' } })
    expect(job).not.toHaveProperty('expiresAt')
    expect(job.download).not.toHaveProperty('expiresAt')
  })

  test.each(['busy', 'broken', 'stopped'])('and no other does: %s', (status) => {
    expect(make({ status, expiresAt: years(-1) }).status).toBe(statuses[status as 'busy'])
  })
})

test('another id is another export, but for the case of a UUID', () => {
  const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e'
  expect(() => checkIdentity('a', 'a', 'acme')).not.toThrow()
  expect(() => checkIdentity(uuid, uuid.toUpperCase(), 'acme')).not.toThrow()
  for (const [asked, answered] of [
    ['a', 'A'],
    ['a', 'b'],
    [uuid, uuid.replace('0', '1')],
  ] as const) {
    expect(() => checkIdentity(asked, answered, 'acme')).toThrow(
      expect.objectContaining({ code: 'wrong-job' }),
    )
  }
})

describe('of a ref of several ids', () => {
  type Ref = Record<string, string>
  test.each<[ref: Ref, answered: string, idOf: ((ref: Ref) => string) | undefined]>([
    [{ account: '7', id: '12' }, '12', undefined],
    [{ id: '12', account: '7' }, '12', undefined],
    [{ exportId: '7', runId: '12' }, '12', undefined],
    [{ runId: '12', exportId: '7' }, '12', ({ runId }) => runId as string],
  ])('%j, one is the export`s own', (ref, answered, idOf) => {
    expect(() => checkIdentity(ref, answered, 'acme', idOf)).not.toThrow()
    for (const other of ['7', '13', '', 'undefined']) {
      const check = () => checkIdentity(ref, other, 'acme', idOf)
      expect(check).toThrow(expect.objectContaining({ code: 'wrong-job' }))
    }
  })
})

test.each([
  [{ id: 12 }, 'The id of the export in the answer of acme is a number, not text.'],
  [{ id: '' }, 'The id of the export in the answer of acme is missing.'],
  [{ status: null }, 'The status of the export in the answer of acme is missing.'],
])('%j is named', (fields, words) => {
  expect(() => make(fields)).toThrow(words)
})

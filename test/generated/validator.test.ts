import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import * as anacondaChecks from '../../generated/anaconda.validate.ts'
import * as didomiChecks from '../../generated/didomi.validate.ts'
import * as loyaltydogChecks from '../../generated/loyaltydog.validate.ts'
import * as tykChecks from '../../generated/tyk.validate.ts'
import { validatorSource } from '../../scripts/validator.ts'
import * as anacondaSchemas from '../../specs/anaconda.schema.ts'
import * as didomiSchemas from '../../specs/didomi.schema.ts'
import { number } from '../../specs/follows.ts'
import * as loyaltydogSchemas from '../../specs/loyaltydog.schema.ts'
import * as tykSchemas from '../../specs/tyk.schema.ts'
import { record, string } from '../../src/http/shape.ts'

type Check = (value: unknown) => string | undefined
type Case = { name: string; schema: z.ZodMiniType; check: Check; good: unknown }

const tykBody = {
  type: 'proxy_log_export',
  id: 'e1',
  attributes: {
    export_id: 'e1',
    source_type: 'app',
    source_id: 3,
    start_date: '2025-01-01',
    end_date: '2025-01-31',
    search_filter: 'x',
    status: 'completed',
    requested_at: '2025-02-01T00:00:00Z',
    requested_by: 1,
    completed_at: '2025-02-01T00:01:00Z',
    expires_at: '2025-02-02T00:01:00Z',
    total_records: 7,
    file_size: 1024,
    error_message: '',
  },
}
const anacondaBody = {
  id: 'j1',
  org_id: 'o1',
  status: 'running',
  created_at: '2025-02-01T00:00:00Z',
  completed_at: null,
  download_url: null,
  error_message: 'none',
  progress: 40,
  total_records: null,
}
const loyaltydogBody = { taskId: 't1', status: 'success', downloadUrl: 'https://s3.test/x', error: null }
const run = {
  id: 'r1',
  export_id: 'x1',
  organization_id: 'acme',
  status: 'completed',
  config: { frequency: '1 day' },
  metrics: { users: 5 },
  result: 'Job failed.',
  created_at: '2025-02-01T00:00:00Z',
  updated_at: '2025-02-01T00:00:00Z',
}
const runsBody = { total: 2, limit: 100, skip: 0, data: [run, { ...run, id: 'r2', result: null }] }

const cases: Case[] = [
  {
    name: 'tyk exportResponse',
    schema: tykSchemas.exportResponse,
    check: tykChecks.checkExportResponse,
    good: tykBody,
  },
  {
    name: 'tyk startParams',
    schema: tykSchemas.startParams,
    check: tykChecks.checkStartParams,
    good: { source_type: 'app', source_id: 7, start_date: '2026-01-01', end_date: '2026-01-02', search: 'x' },
  },
  {
    name: 'anaconda startParams',
    schema: anacondaSchemas.startParams,
    check: anacondaChecks.checkStartParams,
    good: { from_date: '2026-01-01T00:00:00Z', q: ['action:login'], search_operator: 'or' },
  },
  {
    name: 'loyaltydog startParams',
    schema: loyaltydogSchemas.startParams,
    check: loyaltydogChecks.checkStartParams,
    good: { format: 'csv', actions: ['created'], fromDate: '2026-01-01' },
  },
  {
    name: 'anaconda exportJob',
    schema: anacondaSchemas.exportJob,
    check: anacondaChecks.checkExportJob,
    good: anacondaBody,
  },
  {
    name: 'anaconda startedExport',
    schema: anacondaSchemas.startedExport,
    check: anacondaChecks.checkStartedExport,
    good: { job_id: 'j1', other: 'j2' },
  },
  {
    name: 'anaconda token',
    schema: anacondaSchemas.token,
    check: anacondaChecks.checkToken,
    good: { access_token: 'a', expires_in: 900, token_type: 'bearer' },
  },
  {
    name: 'loyaltydog exportStatus',
    schema: loyaltydogSchemas.exportStatus,
    check: loyaltydogChecks.checkExportStatus,
    good: loyaltydogBody,
  },
  { name: 'didomi run', schema: didomiSchemas.run, check: didomiChecks.checkRun, good: run },
  { name: 'didomi runList', schema: didomiSchemas.runList, check: didomiChecks.checkRunList, good: runsBody },
  {
    name: 'didomi session',
    schema: didomiSchemas.session,
    check: didomiChecks.checkSession,
    good: { access_token: 'a' },
  },
  // None of the four relies on what is in its records; a fifth may.
  {
    name: 'a record of texts',
    schema: z.record(z.string(), z.string()),
    check: record(string),
    good: { a: 'x', b: 'y' },
  },
]

type Step = { remove: boolean; value: unknown }
type Place = (string | number)[]

const placesOf = (value: unknown, here: Place = []): Place[] =>
  typeof value === 'object' && value !== null
    ? [here, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...here, key]))]
    : [here]

function mutate(body: unknown, place: Place, { remove, value }: Step): unknown {
  const [key, ...rest] = place
  if (key === undefined) return value
  const copy = (Array.isArray(body) ? [...body] : { ...(body as object) }) as Record<string, unknown>
  if (rest.length > 0) copy[key] = mutate(copy[key], rest, { remove, value })
  else if (!remove) copy[key] = value
  else if (Array.isArray(copy)) copy.splice(Number(key), 1)
  else delete copy[key]
  return copy
}

// zod leaves a `__proto__` key of a record unread, the check does not: that difference has a test of its own.
const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('__proto__'))
const odd = fc.oneof(
  json,
  fc.constantFrom<unknown>(
    null,
    undefined,
    '',
    'x',
    0,
    -1,
    1.5,
    Infinity,
    true,
    {},
    [],
    [null],
    { a: 1 },
    { a: 'b' },
  ),
)
const near = (good: unknown) =>
  fc.array(fc.tuple(fc.nat(), fc.boolean(), odd), { maxLength: 3 }).map((steps) =>
    steps.reduce<unknown>((body, [index, remove, value]) => {
      const places = placesOf(body)
      return mutate(body, places[index % places.length] ?? [], { remove, value })
    }, good),
  )

describe.each(cases)('$name', ({ schema, check, good }) => {
  test('accepts a good body, unknown keys and all', () => {
    expect(check(good)).toBeUndefined()
    expect(check({ ...(good as object), extra: 'new' })).toBeUndefined()
  })

  test('agrees with zod near the shape', () => {
    const seen = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(near(good), (body) => {
        const accepted = z.safeParse(schema, body).success
        seen[accepted ? 'accepted' : 'refused'] += 1
        expect(check(body) === undefined).toBe(accepted)
      }),
      { numRuns: 1000 },
    )
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(50)
  })

  test('agrees with zod on each single change', () => {
    const values = [null, undefined, 'x', 1, Infinity, true, {}, [], [[]], { a: 1 }]
    for (const place of placesOf(good))
      for (const step of [
        { remove: true, value: {} },
        ...values.map((value) => ({ remove: false, value })),
      ]) {
        const body = mutate(good, place, step)
        expect([place, step, check(body) === undefined]).toEqual([
          place,
          step,
          z.safeParse(schema, body).success,
        ])
      }
  })
})

describe('the path names what is wrong', () => {
  test('tyk', () => {
    const { status: _, ...attributes } = tykBody.attributes
    expect(tykChecks.checkExportResponse({ ...tykBody, attributes })).toBe('attributes.status')
    expect(tykChecks.checkExportResponse({ ...tykBody, attributes: [] })).toBe('attributes')
    expect(tykChecks.checkExportResponse('<html>')).toBe('')
  })

  test('anaconda', () => {
    expect(anacondaChecks.checkExportJob({ ...anacondaBody, progress: '40' })).toBe('progress')
    expect(anacondaChecks.checkStartedExport(['j1'])).toBe('')
    expect(anacondaChecks.checkToken({ access_token: null })).toBe('access_token')
  })

  test('loyaltydog', () => {
    expect(loyaltydogChecks.checkExportStatus({ ...loyaltydogBody, taskId: 5 })).toBe('taskId')
    expect(loyaltydogChecks.checkExportStatus(null)).toBe('')
  })

  test('didomi', () => {
    expect(didomiChecks.checkRun({ ...run, status: undefined })).toBe('status')
    expect(didomiChecks.checkRun({ ...run, metrics: [] })).toBe('metrics')
    expect(didomiChecks.checkRunList({ data: { 0: run } })).toBe('data')
    expect(anacondaChecks.checkStartParams({ q: ['a', 'b', 3] })).toBe('q.2')
  })

  test('a record', () => expect(record(string)({ a: 'x', b: 5 })).toBe('b'))
})

describe('prototypes', () => {
  const root = Object.prototype as unknown as Record<string, unknown>
  afterEach(() => {
    for (const key of ['taskId', 'status', 'error']) delete root[key]
  })

  test('what is inherited is not part of the answer', () => {
    Object.assign(root, { taskId: 't1', status: 'success', error: 7 })
    const { checkExportStatus } = loyaltydogChecks
    const wrong = checkExportStatus({})
    const right = checkExportStatus(JSON.parse('{"taskId":"t1","status":"success"}'))
    expect([wrong, right]).toEqual(['taskId', undefined])
  })

  test('a __proto__ key gives nothing', () => {
    const hidden = '{"__proto__":{"taskId":"t1","status":"success"}}'
    expect(loyaltydogChecks.checkExportStatus(JSON.parse(hidden))).toBe('taskId')
  })
})

describe('the emitter refuses what it would get wrong', () => {
  test.each<[string, z.ZodMiniType]>([
    ["no check is written for the type 'number'", z.object({ a: z.number() })],
    ["no check is written for 'checks' of 'string'", z.object({ a: z.string().check(z.minLength(1)) })],
    ["no check is written for 'format' of 'string'", z.array(z.email())],
    ["no check is written for 'catchall' of 'object'", z.strictObject({ a: z.string() })],
    ['the only custom type is number()', z.custom<string>(() => true)],
    ['unknown in an object has to be optional', z.object({ a: z.unknown() })],
    ['the keys of a record', z.record(number(), z.string())],
    ['cannot be named __proto__', z.object({ ['__proto__']: z.string() })],
  ])('%s', (message, schema) => {
    expect(() => validatorSource('vendor', { body: schema })).toThrow(message)
  })

  test('a field that is no identifier is quoted', () => {
    expect(validatorSource('vendor', { body: z.object({ 'a-b': z.string() }) })).toContain('"a-b": string')
  })
})

import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import * as mini from 'zod/mini'
import { defineVendor, type StandardSchema } from '../../src/vendor/index.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'

const token = 'acme-token-0123456789'
const statuses = { busy: 'running', done: 'completed' } as const
const place = { vendor: 'acme', baseUrl: 'https://api.acme.example/v1', statuses } as const

interface Answer {
  id: string
  state: string
  rows?: number | undefined
}

// Each is written as its library is, and inferred as what it lets through.
const viaZod = defineVendor({
  ...place,
  async get(id: string, { request }) {
    const schema = z.object({ id: z.string(), state: z.string(), rows: z.number().optional() })
    const raw = await request({ path: '/exports/{id}', params: { id }, schema })
    return { id: raw.id, status: raw.state, totalRecords: raw.rows, raw }
  },
})
const viaMini = defineVendor({
  ...place,
  async get(id: string, { request }) {
    const schema = mini.object({
      id: mini.string(),
      state: mini.string(),
      rows: mini.optional(mini.number()),
    })
    const raw = await request({ path: '/exports/{id}', params: { id }, schema })
    return { id: raw.id, status: raw.state, totalRecords: raw.rows, raw }
  },
})
const viaValibot = defineVendor({
  ...place,
  async get(id: string, { request }) {
    const schema = v.object({ id: v.string(), state: v.string(), rows: v.optional(v.number()) })
    const raw = await request({ path: '/exports/{id}', params: { id }, schema })
    return { id: raw.id, status: raw.state, totalRecords: raw.rows, raw }
  },
})
const viaArktype = defineVendor({
  ...place,
  async get(id: string, { request }) {
    const schema = type({ id: 'string', state: 'string', 'rows?': 'number' })
    const raw = await request({ path: '/exports/{id}', params: { id }, schema })
    return { id: raw.id, status: raw.state, totalRecords: raw.rows, raw }
  },
})

describe.each([
  ['zod', viaZod],
  ['zod/mini', viaMini],
  ['valibot', viaValibot],
  ['arktype', viaArktype],
])('a schema of %s', (_, create) => {
  const get = (body: unknown) =>
    create({ token, fetch: createFakeFetch({ body }).fetch, retries: 0 }).get('e-1')

  test('lets through what is as it says', async () => {
    expect(await get({ id: 'e-1', state: 'busy', rows: 5 })).toMatchObject({
      status: 'running',
      totalRecords: 5,
      raw: { id: 'e-1', state: 'busy', rows: 5 },
    })
    expect(await get({ id: 'e-1', state: 'done' })).toMatchObject({ status: 'completed' })
  })

  test.each([[{ id: 'e-1' }], [{ id: 'e-1', state: 5 }]])(
    'names the first that is wrong in %j',
    async (body) => {
      const error = await caughtError(get(body))
      expect(error).toMatchObject({ code: 'unexpected-shape', vendor: 'acme' })
      expect(error.message).toContain('"state"')
    },
  )

  test.each([[null], ['text'], [[]]])('does not take %j', async (body) => {
    expect(await caughtError(get(body))).toMatchObject({ code: 'unexpected-shape' })
  })

  test.each([[{ rows: 'many' }], [{ rows: null }], [{ rows: { deep: 1 } }]])(
    'does without what it can do without: %j',
    async (odd) => {
      const job = await get({ id: 'e-1', state: 'busy', ...odd })
      expect(job).toMatchObject({ id: 'e-1', status: 'running' })
      expect(job).not.toHaveProperty('totalRecords')
    },
  )

  test('is not fooled by a polluted prototype', async () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>
    prototype.state = 'done'
    try {
      expect(await caughtError(get({ id: 'e-1' }))).toMatchObject({ code: 'unexpected-shape' })
    } finally {
      delete prototype.state
    }
  })
})

test('the raw answer has the type that the schema has', () => {
  type RawOf<Create extends (options: never) => { get(id: string): Promise<{ raw: unknown }> }> = Awaited<
    ReturnType<ReturnType<Create>['get']>
  >['raw']
  expectTypeOf<RawOf<typeof viaZod>>().toExtend<Answer>()
  expectTypeOf<RawOf<typeof viaMini>>().toExtend<Answer>()
  expectTypeOf<RawOf<typeof viaValibot>>().toExtend<Answer>()
  expectTypeOf<RawOf<typeof viaArktype>>().toExtend<Answer>()
  expectTypeOf<RawOf<typeof viaZod>>().not.toBeAny()
  expectTypeOf<RawOf<typeof viaArktype>>().not.toBeAny()
})

const started = z.codec(z.string(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
})
const transforming: [library: string, schema: StandardSchema<{ id: string; at: Date }>][] = [
  ['zod', z.object({ id: z.string(), at: started })],
  [
    'valibot',
    v.object({
      id: v.string(),
      at: v.pipe(
        v.string(),
        v.transform((text) => new Date(text)),
      ),
    }),
  ],
  ['arktype', type({ id: 'string', at: 'string.date.iso.parse' })],
]

test.each(transforming)(
  'what a schema of %s makes of an answer is what get works with',
  async (_, schema) => {
    const create = defineVendor({
      ...place,
      async get(id: string, { request }) {
        const raw = await request({ path: '/exports/{id}', params: { id }, schema })
        return { id: raw.id, status: 'busy', createdAt: raw.at, raw }
      },
    })
    const { fetch } = createFakeFetch({ body: { id: 'e-1', at: '2026-01-31T10:00:00Z' } })
    const job = await create({ token, fetch }).get('e-1')
    expect(job.createdAt).toEqual(new Date('2026-01-31T10:00:00Z'))
    expect(job.raw.at).toBeInstanceOf(Date)
  },
)

test('what a start is given is checked before anything is sent, and defaults are filled in', async () => {
  const params = z.strictObject({ kind: z.string(), format: z.string().default('csv') })
  const create = defineVendor({
    ...place,
    get: async (id: string) => ({ id, status: 'busy', raw: null }),
    async start(given: z.input<typeof params>, { request, checkParams }) {
      const json = await checkParams(params, given)
      return (await request({ path: '/exports', json, schema: z.object({ id: z.string() }) })).id
    },
  })
  const { fetch, requests } = createFakeFetch({ body: { id: 'e-9' } })
  const client = create({ token, fetch })
  expect(await caughtError(client.start({ kinds: 'all' } as never))).toMatchObject({ code: 'invalid-option' })
  expect(requests).toHaveLength(0)
  expect(await client.start({ kind: 'all' })).toBe('e-9')
  expect(JSON.parse(String(requests[0]?.body))).toEqual({ kind: 'all', format: 'csv' })
})

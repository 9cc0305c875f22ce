import { describe, expect, test } from 'vitest'
import { conformance } from '../../../src/testing/index.ts'
import { defineVendor } from '../../../src/vendor/index.ts'
import { acmeStatuses } from '../../support/acme.ts'
import { type AcmeClient, acmeSuite, createAcmeClient } from './acme.ts'
import { broken, brokenForAll, type Create, careless } from './broken.ts'

interface AcmeExport {
  readonly id: string
  readonly state: string
  readonly percent?: number | null
  readonly created_at?: string
  readonly note?: string | null
  readonly file?: { readonly url: string } | null
}

const good = conformance(acmeSuite((fetch, token) => createAcmeClient({ fetch, token })))
const clients = [
  ...Object.entries(broken).map(([name, create]): [string[], Create] => [[name], create]),
  ...brokenForAll,
]

describe('a client made with defineVendor', () => {
  for (const { name, run } of good) test(name, run)
})

describe('one without a schema, as in the README,', () => {
  const createClient = defineVendor({
    vendor: 'acme',
    baseUrl: 'https://api.acme.example/v1',
    statuses: acmeStatuses,
    async get(id: string, { request }) {
      const raw = await request<AcmeExport>({ path: '/exports/{id}', params: { id } })
      return {
        id: raw.id,
        status: raw.state,
        progress: raw.percent,
        createdAt: raw.created_at,
        reason: raw.note,
        download: { url: raw.file?.url, format: 'csv' },
        raw,
      }
    },
    async start(params: { kind: string }, { request }) {
      return (await request<AcmeExport>({ path: '/exports', json: params })).id
    },
    download: (job) => ({ url: job.download?.url }),
  })
  const suite = acmeSuite((fetch, token) => createClient({ fetch, token }) as AcmeClient)
  for (const { name, run } of conformance(suite)) test(name, run)
})

test.each([[undefined], [null], [{}], [{ createClient() {}, respond() {}, refs: {} }]])(
  'options of %j are refused in words',
  (options) => {
    expect(() => conformance(options as never)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  },
)

test('no two checks have one name', () => {
  const names = good.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

test('for every check there is a client that breaks it', () => {
  expect(clients.flatMap(([names]) => names).sort()).toEqual(good.map(({ name }) => name).sort())
})

async function failuresOf(create: Create): Promise<string[]> {
  const failed: string[] = []
  for (const { name, run } of conformance(acmeSuite(create))) await run().catch(() => failed.push(name))
  return failed.sort()
}

test.each(clients)('finds what breaks %j, and nothing else', async (names, create) => {
  expect(await failuresOf(create)).toEqual([...names].sort())
})

test('finds the careless client: any word is completed, any id is the right one, HTML is JSON', async () => {
  expect(await failuresOf(careless)).toEqual(
    expect.arrayContaining([
      'HTML under 200 is refused as not-json',
      'an unknown status is unknown, never completed',
      "another job's id is refused as wrong-job",
    ]),
  )
})

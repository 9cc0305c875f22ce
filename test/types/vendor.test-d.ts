import { describe, expectTypeOf, test } from 'vitest'
import type { ExportClient, ExportJob } from '../../src/index.ts'
import { defineVendor } from '../../src/vendor/define-vendor.ts'
import type { DidomiClient } from '../../src/vendors/didomi.ts'
import type { TykClient } from '../../src/vendors/tyk.ts'

interface Raw {
  readonly state: string
}

const get = async (id: string) => ({ id, status: 'busy', raw: { state: 'busy' } as Raw })
const least = { vendor: 'acme', baseUrl: 'https://acme.example', statuses: { busy: 'running' }, get } as const
const start = async (params: { kind: string }) => params.kind

describe('a client of one`s own vendor', () => {
  test('is a client of its refs and answers', () => {
    const client = defineVendor(least)({ token: 'a' })
    expectTypeOf(client).toExtend<ExportClient<string, ExportJob<Raw, string>>>()
    expectTypeOf(client.fetch).toEqualTypeOf<typeof globalThis.fetch>()
  })

  test('has the members of its definition, and no others', () => {
    const bare = defineVendor(least)({ token: 'a' })
    expectTypeOf(bare).not.toHaveProperty('start')
    expectTypeOf(bare).not.toHaveProperty('openDownload')
    const starting = defineVendor({ ...least, start })({ token: 'a' })
    expectTypeOf(starting).toHaveProperty('start')
    expectTypeOf(starting).not.toHaveProperty('openDownload')
    expectTypeOf(starting.start).parameter(0).toEqualTypeOf<{ kind: string }>()
    expectTypeOf(starting.start({ kind: 'a' })).resolves.toEqualTypeOf<string>()
  })

  test('takes only statuses that there are', () => {
    // @ts-expect-error no status of an export
    defineVendor({ ...least, statuses: { busy: 'busy' } })
  })

  test('needs its own options', () => {
    const create = defineVendor({ ...least, headers: ({ team }: { team: string }) => ({ 'x-team': team }) })
    create({ token: 'a', team: 'b' })
    // @ts-expect-error no team
    create({ token: 'a' })
  })
})

describe('typed calls', () => {
  test('compile against the specification of the vendor', () => {
    const calls = (tyk: TykClient, didomi: DidomiClient) => {
      tyk.api.GET('/exports/{id}', { params: { path: { id: 'a' } } })
      // @ts-expect-error no such path
      tyk.api.GET('/export/{id}', { params: { path: { id: 'a' } } })
      // @ts-expect-error no such name of an id
      tyk.api.GET('/exports/{id}', { params: { path: { exportId: 'a' } } })
      // @ts-expect-error no such method
      tyk.api.DELETE('/exports/{id}', { params: { path: { id: 'a' } } })
      // @ts-expect-error a body of another kind
      tyk.api.POST('/exports', { body: { source_type: 5 } })
      const query = { export_id: 5, organization_id: 'a' }
      // @ts-expect-error a query of another kind
      didomi.api.GET('/marketplace/exports/logs', { params: { query } })
    }
    expectTypeOf(calls).toBeFunction()
  })
})

import { describe, expectTypeOf, test } from 'vitest'
import type { ExportClient, ExportJob } from '../../src/index.ts'
import {
  type ClientOptions,
  type Downloadable,
  defineCredentials,
  defineVendor,
  type HostedOptions,
  type Startable,
  type TokenRequest,
  type VendorClient,
  type VendorFactory,
} from '../../src/vendor/index.ts'
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

describe('what is inferred', () => {
  test('a ref that is not told is an id', () => {
    const create = defineVendor({
      vendor: 'acme',
      baseUrl: 'https://acme.example',
      statuses: {},
      async get(id, { request }) {
        expectTypeOf(id).toEqualTypeOf<string>()
        const raw = await request({ path: '/exports/{id}', params: { id } })
        expectTypeOf(raw).toEqualTypeOf<unknown>()
        return { id, status: 'busy', raw }
      },
    })
    expectTypeOf(create).toEqualTypeOf<VendorFactory<ClientOptions, VendorClient<string, unknown>>>()
  })

  test('a ref may be an object, and no other is taken', () => {
    const client = defineVendor({
      ...least,
      get: async ({ team, id }: { team: string; id: string }) => ({ id: team + id, status: '', raw: 5 }),
      start: async (params: { kind: string }) => ({ team: params.kind, id: 'a' }),
      download: { path: '/{team}/{id}', params: ({ team, id }) => ({ team, id }) },
    })({ token: 'a' })
    client.get({ team: 'a', id: 'b' })
    client.openDownload({ team: 'a', id: 'b' })
    // @ts-expect-error no id
    client.get({ team: 'a' })
    // @ts-expect-error a text is no ref of it
    client.openDownload('a')
    // @ts-expect-error no such kind
    client.start({ kind: 5 })
    // @ts-expect-error params are needed
    client.start()
  })

  test('what start returns must be a ref', () => {
    // @ts-expect-error a number is no id
    defineVendor({ ...least, start: async () => 5 })
  })

  test('params that may be missing may be left out', () => {
    const client = defineVendor({
      ...least,
      start: async (params: { kind: string } | undefined) => params?.kind ?? '',
    })({
      token: 'a',
    })
    client.start()
    client.start(undefined, { timeout: '5s' })
    defineVendor({ ...least, start: async () => 'a' })({ token: 'a' }).start()
  })

  test('options are those of the definition and those of every client, and no others', () => {
    const create = defineVendor({ ...least, headers: ({ team }: { team: string }) => ({ 'x-team': team }) })
    create({ token: 'a', team: 'b', timeout: '5s' })
    // @ts-expect-error no such option
    create({ token: 'a', team: 'b', tem: 'c' })
    // @ts-expect-error no token
    create({ team: 'b' })
    // @ts-expect-error no such option
    defineVendor(least)({ token: 'a', team: 'b' })
  })

  test('a vendor without an address needs one', () => {
    const { baseUrl, ...hosted } = least
    const create = defineVendor(hosted)
    expectTypeOf(create).parameter(0).toEqualTypeOf<ClientOptions & HostedOptions>()
    create({ token: 'a', baseUrl })
    // @ts-expect-error where is it?
    create({ token: 'a' })
  })

  test('a download sees the job with the raw answer of get', () => {
    const client = defineVendor({
      ...least,
      download(job, { request }) {
        expectTypeOf(job.raw).toEqualTypeOf<Raw>()
        expectTypeOf(job.download?.url).toEqualTypeOf<string | undefined>()
        return request<{ url: string }>({ path: '/files/{id}', params: { id: job.id } })
      },
      cancel: (id) => Promise.resolve(id.length),
    })({ token: 'a' })
    expectTypeOf(client).toExtend<Downloadable<string, Raw>>()
    expectTypeOf(client.cancel('a')).resolves.toEqualTypeOf<void>()
    expectTypeOf(client).not.toHaveProperty('start')
    expectTypeOf<Startable<string, { kind: string }>['start']>()
      .parameter(0)
      .toEqualTypeOf<{ kind: string }>()
  })

  test('a member that means nothing does not compile', () => {
    // @ts-expect-error misspelled
    defineVendor({ ...least, dowload: () => ({ url: 'https://a.example' }) })
  })
})

test('credentials are told by their names', () => {
  const create = defineCredentials({
    vendor: 'acme',
    what: 'the key',
    credentials: ['key', 'secret'],
    async fetchToken({ key, secret, scope }: { key: string; secret: string; scope?: string }) {
      return { token: key + secret + scope, lifetime: 5 }
    },
  })
  expectTypeOf(create({ key: 'a', secret: 'b' })).toEqualTypeOf<(request: TokenRequest) => Promise<string>>()
  create({ key: 'a', secret: 'b', scope: 'c', baseUrl: 'https://acme.example' })
  // @ts-expect-error no secret
  create({ key: 'a' })
  // @ts-expect-error no such option
  create({ key: 'a', secret: 'b', scpe: 'c' })
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

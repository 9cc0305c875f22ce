// Run as a program of its own: pollutes Object.prototype with one key after the other, uses all that the package has
// while it is polluted, and prints what was sent and what came of it. Nothing goes over the network: Node's own fetch
// and streams fall over some of these keys.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { pollOnce, startWait, type Update, waitForCompletion, watch } from '../../../src/index.ts'
import { download, exportToFile } from '../../../src/node/index.ts'
import { anacondaServiceAccount, createAnacondaClient } from '../../../src/vendors/anaconda.ts'
import { createDidomiClient, didomiApiKey } from '../../../src/vendors/didomi.ts'
import { createLoyaltyDogClient, type LoyaltyDogJob } from '../../../src/vendors/loyaltydog.ts'
import { createTykClient } from '../../../src/vendors/tyk.ts'
import { uuid, type VendorName } from '../../support/vendors.ts'
import { hiddenFrom, pollutions } from './pollutions.ts'
import { bodyOf, type Path, shapes, withValue } from './vendor-answers.ts'

const prototype = Object.prototype as unknown as Record<string, unknown>
let polluting: [key: string, value: unknown, enumerable: boolean] | undefined
let sent: string[] = []

/** Runs what is not tested: the vendor, and the printing. */
function unpolluted<Value>(run: () => Value): Value {
  if (polluting) delete prototype[polluting[0]]
  const value = run()
  if (polluting) pollute(...polluting)
  return value
}

// The descriptor inherits nothing, as it would otherwise be polluted itself.
const pollute = (key: string, value: unknown, enumerable: boolean) =>
  Object.defineProperty(
    prototype,
    key,
    Object.setPrototypeOf({ value, enumerable, configurable: true, writable: true }, null),
  )

// Whatever fetch reads of its second argument.
const readByFetch =
  'method headers body redirect credentials mode cache integrity referrer window keepalive duplex priority dispatcher'

globalThis.fetch = async (input, init = {}) => {
  const given = readByFetch.split(' ').map((key) => [key, (init as Record<string, unknown>)[key]])
  const isAborted = init.signal?.aborted
  return unpolluted(() => {
    const request = {
      method: init.method ?? 'GET',
      url: new URL(String(input)),
      headers: new Headers(init.headers),
    }
    const looks = sent.filter((line) => line.startsWith('GET')).length
    sent.push(`${request.method} ${request.url} ${inspect([given, isAborted], { depth: 9 })}`)
    return answer(request, looks)
  })
}

interface Asked {
  method: string
  url: URL
  headers: Headers
}

/** What the vendors answer: once running, then completed; to the first token, that it is refused. */
function answer({ method, url: { host, pathname }, headers }: Asked, looks: number): Response {
  if (pathname.endsWith('/token')) return Response.json({ access_token: `token-${looks}`, expires_in: 900 })
  if (pathname.endsWith('/sessions')) return Response.json({ access_token: 'session' })
  if (/\/(?:download|file\.csv)$/.test(pathname)) return new Response('[{"a":1}]')
  const vendor = (Object.keys(hosts) as VendorName[]).find((name) => hosts[name] === host)
  if (vendor === undefined) return new Response(null, { status: 404 })
  if (/\/\d{3}$/.test(pathname)) return Response.json({}, { status: Number(pathname.slice(-3)) })
  if (pathname.endsWith('/page')) return new Response('<html>', { headers: { 'content-type': 'text/html' } })
  if (pathname.endsWith('/shape')) return Response.json({})
  if (vendor === 'anaconda' && method === 'POST') return Response.json({ job: uuid })
  if (headers.get('authorization') === 'Bearer token-0')
    return Response.json({ detail: 'refused' }, { status: 401 })
  const body = bodyOf(vendor, shapes[vendor].words[looks > 1 ? 'completed' : 'running'])
  // Without what a polluted prototype might lend it.
  const bare = optional[vendor].reduce((whole, path) => withValue(whole, path, undefined), body)
  return Response.json(bare)
}

const hosts: Record<VendorName, string> = {
  tyk: 'tyk.example',
  anaconda: 'anaconda.com',
  loyaltydog: 'api.loyalty.dog',
  didomi: 'api.didomi.io',
}
const optional: Record<VendorName, Path[]> = {
  tyk: ['error_message', 'expires_at', 'completed_at', 'total_records', 'file_size'].map((key) => [
    'attributes',
    key,
  ]),
  anaconda: [['download_url'], ['error_message'], ['progress'], ['total_records'], ['completed_at']],
  loyaltydog: [['error']],
  didomi: [['limit'], ['total'], ['data', 0, 'metrics'], ['data', 0, 'created_at'], ['data', 0, 'result']],
}

const token = 'a-plain-token'
const days = { start_date: '2025-01-01', end_date: '2025-01-31' }
const since = { since: new Date(0) }
const schedule = { schedule: () => 0 }

const acts: Record<VendorName | 'refusals' | 'raw client' | 'files', () => Promise<unknown>> = {
  async tyk() {
    const client = createTykClient({ baseUrl: 'https://tyk.example/api/v1', token })
    const id = await client.start({ source_type: 'app', source_id: 7, ...days })
    const job = await waitForCompletion(client, id, schedule)
    return [job, await textOf(client.openDownload(job))]
  },
  async anaconda() {
    const account = anacondaServiceAccount({ clientId: 'an-id', clientSecret: 'a-secret' })
    const client = createAnacondaClient({ token: account })
    const job = await waitForCompletion(client, await client.start(), schedule)
    return [job, await textOf(client.openDownload(uuid))]
  },
  async loyaltydog() {
    const client = createLoyaltyDogClient({ token })
    const id = await client.start({ format: 'csv' })
    const seen: Update<LoyaltyDogJob>[] = []
    for await (const update of watch(client, id, schedule)) seen.push(update)
    const last = seen.at(-1) as { job: LoyaltyDogJob }
    const withoutUrl = client.openDownload({ ...last.job, download: {} } as never).catch(told)
    return [seen.map(({ type }) => type), last, await textOf(client.openDownload(id)), await withoutUrl]
  },
  async didomi() {
    const apiKey = didomiApiKey({ key: 'a-key', secret: 'a-secret' })
    const client = createDidomiClient({ token: apiKey, organizationId: 'org-1' })
    const { update, state } = await pollOnce(
      client,
      startWait({ exportId: 'export-1', runId: 'run-1' }, since),
      schedule,
    )
    const ended = await client.get({ exportId: 'export-1', runId: 'run-1' })
    const missing = await client.get({ exportId: 'export-1', runId: 'run-2' }).catch(told)
    return [update.type, state.polls, ended, missing]
  },
  async refusals() {
    const client = createTykClient({ baseUrl: 'https://tyk.example/api/v1', token, retries: 0 })
    return Promise.all(['403', '404', '503', 'page', 'shape'].map((id) => client.get(id).catch(told)))
  },
  async 'raw client'() {
    const { api } = createTykClient({ baseUrl: 'https://tyk.example/api/v1', token })
    const { data } = await api.GET('/exports/{id}', { params: { path: { id: 'exp-1' } } })
    const body = { source_type: 'app', source_id: 7, ...days } as const
    return [data, await api.POST('/exports', { body }).then(({ response }) => response.status)]
  },
  async files() {
    const client = createTykClient({ baseUrl: 'https://tyk.example/api/v1', token })
    const params = { source_type: 'app', source_id: 7, ...days } as const
    const folder = unpolluted(() => mkdtempSync(join(tmpdir(), 'polluted-')))
    try {
      const started = await exportToFile(client, params, { to: join(folder, 'out.json'), wait: schedule })
      const named = await download(client, started.job, { to: `${folder}/` })
      const names = unpolluted(() => readdirSync(folder))
      return JSON.stringify([started, named, names]).replaceAll(folder, '')
    } finally {
      unpolluted(() => rmSync(folder, { recursive: true }))
    }
  },
}

const told = (error: unknown) => JSON.stringify([String(error), error])
const textOf = async (opening: Promise<{ body: ReadableStream<Uint8Array> }>) => {
  const reader = (await opening).body.getReader()
  let bytes = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.length
  return bytes
}

const seen: Record<string, { sent: string[]; outcome: string }> = {}
const runs = [false, true].flatMap((isHidden) =>
  [['clean', '', undefined] as const, ...pollutions].map((each) => [...each, isHidden] as const),
)
for (const [name, key, value, isHidden] of runs) {
  for (const [vendor, act] of Object.entries(acts)) {
    if (isHidden && !hiddenFrom.includes(vendor)) continue
    sent = []
    if (key) {
      polluting = [key, value, !isHidden]
      pollute(...polluting)
    }
    const settled = await act().then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    if (key) delete prototype[key]
    polluting = undefined
    seen[`${name} ${vendor}${isHidden ? ', hidden' : ''}`] = { sent, outcome: inspect(settled, { depth: 9 }) }
  }
}
process.stdout.write(JSON.stringify(seen))

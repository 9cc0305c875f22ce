// One poll of an export, over HTTP on loopback with connections kept alive, one after the other.
import ky from 'ky'
import createClient from 'openapi-fetch'
import pRetry from 'p-retry'
import type { paths } from '../generated/tyk.ts'
import { type Contestant, compare, spread } from './measure.ts'
import { createTykClient } from './ours.ts'
import { save } from './report.ts'
import { tykSchema } from './schemas.ts'
import { startVendor } from './vendor.ts'

const rounds = Number(process.env.ROUNDS ?? 500)
const vendor = await startVendor()
const { baseUrl } = vendor
const headers = { accept: 'application/json', authorization: 'Bearer secret-token-0123456789' }
const id = 'exp-1'

async function raw(): Promise<unknown> {
  const response = await fetch(`${baseUrl}/exports/${id}`, { headers })
  if (!response.ok) throw new Error(String(response.status))
  return response.json()
}

async function bounded(): Promise<unknown> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), 30_000)
  try {
    const response = await fetch(`${baseUrl}/exports/${id}`, { headers, signal: controller.signal })
    if (!response.ok) throw new Error(String(response.status))
    return await response.json()
  } finally {
    clearTimeout(timer)
  }
}

const api = createClient<paths>({ baseUrl, headers })
const pollOpenapi = async () => {
  const { data, response } = await api.GET('/exports/{id}', { params: { path: { id } } })
  if (!data) throw new Error(String(response.status))
  return data
}
const client = createTykClient({ baseUrl, token: 'secret-token-0123456789' })
// As a wait asks: it brings a signal of its own, and is itself the retry.
const { signal } = new AbortController()

const contestant = (name: string, ask: () => Promise<unknown>): Contestant => ({
  name,
  async run(times) {
    for (let time = 0; time < times; time++) await ask()
  },
})

const compared = await compare(
  [
    contestant('raw fetch + JSON', raw),
    contestant('the same again (A/A)', raw),
    contestant('raw fetch + JSON, with a time limit', bounded),
    contestant('raw fetch + zod by hand', async () => tykSchema.parse(await raw())),
    contestant('p-retry + openapi-fetch, no check', () => pRetry(pollOpenapi, { retries: 2 })),
    contestant('openapi-fetch + zod', async () => tykSchema.parse(await pollOpenapi())),
    contestant('ky, no check', () => ky(`${baseUrl}/exports/${id}`, { headers }).json()),
    contestant('**ours, `get`**', () => client.get(id)),
    contestant('**ours, `get` as a wait calls it**', () => client.get(id, { signal, retries: 0 })),
  ],
  rounds,
  30,
)
vendor.stop()

save('get', {
  rounds,
  data: compared,
  tables: {
    get: {
      head: ['one `get`', 'µs', 'time ÷ raw (middle half)', 'CPU ÷ raw (middle half)', 'to reach'],
      rows: compared.map(({ name, time, ratio, quartiles, cpuRatio, cpuQuartiles }) => [
        name,
        time.toFixed(0),
        spread(ratio, quartiles),
        spread(cpuRatio, cpuQuartiles),
        name.includes('ours') ? '≤ 1.30' : '',
      ]),
    },
  },
})

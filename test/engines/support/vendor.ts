import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** How the vendor of these tests behaves. */
export interface TestVendorOptions {
  /** How long an export takes, in ms from its first poll on. */
  readonly takes: (id: string) => number
  /** How long an answer takes, in ms. */
  readonly latency?: number
  /** It answers 429 beyond so many requests in any so many ms. */
  readonly limit?: { readonly requests: number; readonly per: number }
}

/** A vendor that speaks as Tyk does, and remembers who asked when. */
export interface TestVendor {
  readonly baseUrl: string
  /** When each request came, in ms since the epoch. */
  readonly times: readonly number[]
  readonly refused: number
  /** How often each export was asked for. */
  readonly requests: ReadonlyMap<string, number>
  close(): Promise<void>
}

export async function startVendor({ takes, latency = 0, limit }: TestVendorOptions): Promise<TestVendor> {
  const began = new Map<string, number>()
  const requests = new Map<string, number>()
  const times: number[] = []
  const within: number[] = []
  let refused = 0

  const server = createServer(async (request, response) => {
    const id = request.url?.split('/').at(-1) ?? ''
    const now = Date.now()
    times.push(now)
    requests.set(id, (requests.get(id) ?? 0) + 1)
    if (limit) {
      while (within[0] !== undefined && within[0] <= now - limit.per) within.shift()
      if (within.length >= limit.requests) {
        refused++
        const wait = Math.ceil(((within[0] as number) + limit.per - now) / 1_000)
        response.writeHead(429, { 'retry-after': String(Math.max(1, wait)) }).end('{}')
        return
      }
      within.push(now)
    }
    if (latency > 0) await sleep(latency)
    const from = began.get(id) ?? now
    began.set(id, from)
    const ended = from + takes(id)
    const isCompleted = Date.now() >= ended
    const attributes = {
      status: isCompleted ? 'completed' : 'processing',
      requested_at: new Date(from),
      link: `https://files.example/${id}?signature=very-secret`,
      ...(isCompleted && { completed_at: new Date(ended) }),
    }
    const body = { type: 'proxy_log_export', id, attributes }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    baseUrl: `http://127.0.0.1:${port}/api/v1`,
    times,
    requests,
    get refused() {
      return refused
    },
    async close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The most requests in any span of so many ms. */
export function mostWithin(times: readonly number[], per: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  let most = 0
  for (let from = 0, to = 0; to < sorted.length; to++) {
    while ((sorted[to] as number) - (sorted[from] as number) >= per) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerClock } from './server-clock.ts'

export const token = 'vendor-token-0123456789'

const path = '/v2/giftcards/audit-logs/export/'

/** LoyaltyDog, as far as it tells of exports that are done: with a URL that was signed just now, each time. */
export async function openVendor(clock: ServerClock, sign: (id: string, call: number) => Promise<string>) {
  let calls = 0
  const server = createServer(async ({ url = '', headers }, response) => {
    const send = (status: number, body: unknown) => {
      const date = clock.now().toUTCString()
      response.writeHead(status, { 'content-type': 'application/json', date }).end(JSON.stringify(body))
    }
    if (headers.authorization !== `Bearer ${token}`) return send(401, { error: 'no' })
    if (!url.startsWith(path)) return send(404, { error: 'no' })
    const taskId = decodeURIComponent(url.slice(path.length))
    calls++
    return send(200, { taskId, status: 'success', downloadUrl: await sign(taskId, calls), error: null })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** How often it was asked, and so how many URLs it has signed. */
    get calls() {
      return calls
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

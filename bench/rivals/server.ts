import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { secrets } from './adapters.ts'
import type { Seen } from './evidence.ts'

/** A server that remembers who came. */
export interface Server {
  readonly origin: string
  /** Who has come so far, and which of them have left. */
  seen(): readonly Seen[]
  stop(): void
}

export async function startServer(host: string, answer: (response: ServerResponse) => void): Promise<Server> {
  const began = performance.now()
  const seen: { readonly one: Omit<Seen, 'tookMB' | 'closed'>; readonly socket: Socket }[] = []
  const server = createServer((request, response) => {
    const { url = '', headers, socket } = request
    const at = Math.round(performance.now() - began)
    seen.push({ one: { at, path: url, brought: broughtBy(headers) }, socket })
    answer(response)
  })
  // Clients that leave in the middle of an answer are what this is about.
  server.on('connection', (socket) => socket.on('error', () => {}))
  server.listen(0, host)
  await once(server, 'listening')
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    seen: () =>
      seen.map(({ one, socket }) => ({
        ...one,
        tookMB: Math.round((socket.bytesWritten - socket.writableLength) / 1e6),
        closed: socket.destroyed,
      })),
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function broughtBy(headers: IncomingHttpHeaders): Seen['brought'] {
  const all = JSON.stringify(headers)
  return [
    ...(all.includes(secrets.token) ? (['token'] as const) : []),
    ...(all.includes(secrets.key) ? (['key'] as const) : []),
    ...(headers['x-injected'] ? (['injected'] as const) : []),
  ]
}

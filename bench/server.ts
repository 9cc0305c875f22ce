// The vendor of the network parts, in a process of its own: forked with IPC, it tells its port, and what it counted.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tykBody } from './bodies.ts'

// An export is done from this poll on.
const doneAt = Number(process.argv[2] ?? Number.POSITIVE_INFINITY)
const headers: Record<string, string> = { 'content-type': 'application/json' }
if (process.argv[3]) headers['retry-after'] = process.argv[3]

const polls = new Map<string, number>()
const counted = { requests: 0, sockets: 0, mostSockets: 0 }

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  counted.requests++
  const id = (request.url ?? '').slice('/api/v1/exports/'.length)
  let status = 'processing'
  if (doneAt !== Number.POSITIVE_INFINITY) {
    const count = (polls.get(id) ?? 0) + 1
    polls.set(id, count)
    if (count >= doneAt) status = 'completed'
  }
  const body = tykBody(id, status)
  response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
})

server.on('connection', (socket) => {
  counted.sockets++
  counted.mostSockets = Math.max(counted.mostSockets, counted.sockets)
  socket.on('close', () => counted.sockets--)
  socket.on('error', () => {})
})

process.on('message', () => process.send?.(counted))
process.on('disconnect', () => process.exit())
server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
)

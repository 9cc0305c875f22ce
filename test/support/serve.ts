import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as a server got it. */
export interface ServedRequest {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
}

/** Serves one test over real HTTP; gone when the test is over, with whatever it holds open. */
export async function serve(
  answer: (request: ServedRequest, response: ServerResponse, count: number) => unknown,
) {
  const requests: ServedRequest[] = []
  const server = createServer(async (incoming, response) => {
    let body = ''
    for await (const part of incoming) body += part
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body,
    }
    requests.push(request)
    await answer(request, response, requests.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

/** Serves raw bytes: what no proper HTTP server would send. Called once per request. */
export async function serveRaw(answer: (socket: Socket, count: number) => void) {
  const sockets = new Set<Socket>()
  // Of those, the ones that got a request: fetch opens another in advance once one is gone.
  const asked = new Set<Socket>()
  let count = 0
  const server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      asked.delete(socket)
    })
    socket.on('data', () => {
      asked.add(socket)
      answer(socket, ++count)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  )
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get count() {
      return count
    },
    sockets: asked,
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

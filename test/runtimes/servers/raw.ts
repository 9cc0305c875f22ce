import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A request as its bytes say it; its body is left alone. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** What became of the requests under one first part of the path. */
export interface Seen {
  readonly requests: RawRequest[]
  /** Connections on which one came and that are still open. */
  readonly sockets: Set<Socket>
}

/** Serves raw bytes: what no proper HTTP server would send. */
export async function serveRaw(answer: (socket: Socket, request: RawRequest, seen: Seen) => void) {
  const open = new Set<Socket>()
  const seen = new Map<string, Seen>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    let text = ''
    socket.on('data', (part) => {
      // The hello of TLS, which is none of ours.
      if (part[0] === 0x16) return socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
      text += part.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const request = parse(text.slice(0, end))
      text = ''
      const key = request.path.split('/')[1] ?? ''
      const entry = seen.get(key) ?? { requests: [], sockets: new Set() }
      seen.set(key, entry)
      entry.requests.push(request)
      entry.sockets.add(socket)
      socket.on('close', () => entry.sockets.delete(socket))
      answer(socket, request, entry)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** By the first part of the path. */
    seen: (key: string): Seen => seen.get(key) ?? { requests: [], sockets: new Set() },
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

function parse(head: string): RawRequest {
  const [first = '', ...lines] = head.split('\r\n')
  const [method = '', target = ''] = first.split(' ')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { method, path: target.split('?')[0] ?? '', headers: Object.fromEntries(headers) }
}

import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** An answer that went through the proxy. */
export interface Passed {
  readonly status: number
  /** Where in the file its body begins. */
  readonly start: number
  /** Bytes of the body that were handed on. */
  bytes: number
}

/** What the proxy does to answers; may be changed at any time. */
export interface Script {
  /** Places in the file at which the connection ends, each of them once; where none is left, none ends. */
  cuts: number[]
  /** How a connection ends: in order, or by a reset, which takes along what is still on its way. */
  cutBy: 'end' | 'reset'
  /** Called before a cut at this place, which waits for it: fetch loses what is not read when a connection ends. */
  beforeCut: (place: number) => unknown
  /** The most bytes of a body in a second. */
  bytesPerSecond: number
  /** Called with each answer before it is handed on, which waits for it. */
  beforeAnswer: (passed: Passed, count: number) => unknown
  /** Called as a body is handed on. */
  onBytes: (passed: Passed, served: number) => void
  /** Called after a cut at this place, before the next request is let through. */
  afterCut: (place: number) => unknown
}

const headEnd = '\r\n\r\n'

/** Stands before a server on this machine and cuts what it answers. Of HTTP it knows heads and lengths. */
export async function openProxy(port: number, given: Partial<Script> = {}) {
  const script: Script = {
    cuts: [],
    cutBy: 'end',
    beforeCut: () => {},
    bytesPerSecond: Number.POSITIVE_INFINITY,
    beforeAnswer: () => {},
    onBytes: () => {},
    afterCut: () => {},
    ...given,
  }
  const passed: Passed[] = []
  const sockets = new Set<Socket>()
  let settled: unknown
  let served = 0

  async function cut(client: Socket, place: number): Promise<void> {
    script.cuts.splice(script.cuts.indexOf(place), 1)
    await script.beforeCut(place)
    settled = script.afterCut(place)
    if (script.cutBy === 'reset') client.resetAndDestroy()
    else client.destroy()
  }

  // On a connection that was open already, too: a store that is being written to may answer with half of each.
  async function ask(client: Socket, server: Socket): Promise<void> {
    for await (const chunk of client) {
      await settled
      server.write(chunk)
    }
    server.end()
  }

  async function relay(server: Socket, client: Socket): Promise<void> {
    const write = (bytes: Buffer) =>
      new Promise<void>((resolve, reject) =>
        client.write(bytes, (error) => (error ? reject(error) : resolve())),
      )
    let pending = Buffer.alloc(0)
    let answer: Passed | undefined
    let left = 0
    for await (const chunk of server) {
      pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk
      while (pending.length > 0) {
        if (left === 0 || !answer) {
          const end = pending.indexOf(headEnd)
          if (end < 0) break
          const head = readHead(pending.toString('latin1', 0, end))
          answer = { status: head.status, start: head.start, bytes: 0 }
          left = head.length
          passed.push(answer)
          await script.beforeAnswer(answer, passed.length)
          await write(pending.subarray(0, end + headEnd.length))
          pending = pending.subarray(end + headEnd.length)
          if (left === 0) continue
        }
        const isFile = answer.status === 200 || answer.status === 206
        const at = answer.start + answer.bytes
        const place = isFile ? script.cuts.find((each) => each >= at && each < at + left) : undefined
        const atOnce = Math.max(1, Math.ceil(script.bytesPerSecond / 100))
        const size = Math.min(left, pending.length, atOnce, place === undefined ? left : place - at)
        if (size > 0) {
          await write(pending.subarray(0, size))
          pending = pending.subarray(size)
          left -= size
          answer.bytes += size
          if (isFile) served += size
          script.onBytes(answer, served)
          if (Number.isFinite(script.bytesPerSecond)) await sleep((1_000 * size) / script.bytesPerSecond)
        }
        if (place === at + size) {
          // Inside of the loop, as leaving it ends the connection to the server.
          await cut(client, place)
          return
        }
      }
    }
    client.end()
  }

  const server = createServer(async (client) => {
    sockets.add(client)
    client.on('close', () => sockets.delete(client)).on('error', () => {})
    const upstream = connect(port, '127.0.0.1')
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
    void ask(client, upstream).catch(() => {})
    // What is lost here is lost because one of the two has gone.
    await relay(upstream, client).catch(() => {})
    upstream.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script,
    /** Every answer so far. */
    passed,
    /** Bytes of files that were handed on, whether or not they arrived. */
    get served() {
      return served
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function readHead(head: string): { status: number; start: number; length: number } {
  const read = (pattern: RegExp) => Number(pattern.exec(head)?.[1] ?? 0)
  return {
    status: read(/^HTTP\/1\.1 (\d{3})/),
    start: read(/^content-range: bytes (\d+)-/im),
    length: read(/^content-length: (\d+)/im),
  }
}

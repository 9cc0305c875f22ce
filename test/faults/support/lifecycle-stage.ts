import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TykClientOptions } from '../../../src/vendors/tyk.ts'
import { secretToken, type VendorName, vendors } from '../../support/vendors.ts'

/** How far a stage's server comes with an answer. */
export type Part = 'nothing' | 'half a head' | 'half a body'
export type Reply = Part | 'running' | 'failed' | 'completed' | 401 | 503

const runningWord = { tyk: 'processing', anaconda: 'running', loyaltydog: 'processing', didomi: 'pending' }

/** What the vendor says about the export of `vendors`, by our word for its status. */
export function bodyOf(vendor: VendorName, status: 'running' | 'failed' | 'completed'): string {
  const words = { running: runningWord[vendor], failed: 'failed', completed: undefined }
  return JSON.stringify(vendors[vendor].completed, (key, value) =>
    key === 'status' ? (words[status] ?? value) : value,
  )
}

/** An answer as it goes over the wire. */
export function answer(status: number, body: string): string {
  const fields = ['content-type: application/json', `content-length: ${body.length}`]
  // A hint that a `get` heeds and a wait does, too.
  if (status === 503) fields.push('retry-after: 30')
  return `HTTP/1.1 ${status} Word\r\n${fields.join('\r\n')}\r\n\r\n${body}`
}

const lengths: Record<Part, number> = { nothing: 0, 'half a head': 40, 'half a body': -10 }

function textOf(vendor: VendorName, reply: Reply, isLogin: boolean): string {
  if (typeof reply === 'number') return answer(reply, '{}')
  if (isLogin && reply === 'completed') return answer(200, JSON.stringify({ access_token: secretToken }))
  if (reply === 'running' || reply === 'failed') return answer(200, bodyOf(vendor, reply))
  const whole = answer(200, bodyOf(vendor, 'completed'))
  return reply === 'completed' ? whole : whole.slice(0, lengths[reply])
}

/** A promise that is resolved from outside. */
export function byHand() {
  let resolve = () => {}
  const promise = new Promise<void>((given) => {
    resolve = given
  })
  return { promise, resolve }
}

/** A vendor's server that goes as far as it is told, and clients of it. */
export type Stage = Awaited<ReturnType<typeof createStage>>

/** Serves raw bytes from within this process without holding it open: what holds it is the client's. */
export async function createStage(vendor: VendorName) {
  const sockets = new Set<Socket>()
  const unanswered = new Map<Socket, Reply>()
  const released = byHand()
  const watchers: { readonly count: number; resolve(): void }[] = []
  let replies: readonly Reply[] = ['nothing']
  let requests = 0
  let looks = 0

  const server = createServer((socket) => {
    sockets.add(socket.unref().on('error', () => {}))
    socket.on('close', () => {
      sockets.delete(socket)
      unanswered.delete(socket)
    })
    socket.on('data', (data) => {
      const isLogin = data.toString().startsWith('POST ')
      if (!isLogin) looks++
      const reply = replies[Math.min(requests++, replies.length - 1)] as Reply
      if (reply in lengths) unanswered.set(socket, reply)
      socket.write(textOf(vendor, reply, isLogin))
      for (const watcher of watchers) if (requests >= watcher.count) watcher.resolve()
    })
  }).unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    vendor,
    ref: vendors[vendor].ref,
    /** What is answered, request by request; the last one stays. */
    script(...next: Reply[]): void {
      replies = next
    },
    /** A client with room for one request at a time: whoever does not leave stops it for good. */
    createClient: (options: Partial<TykClientOptions> = {}) =>
      vendors[vendor].create({ baseUrl: `http://127.0.0.1:${port}`, concurrency: 1, retries: 0, ...options }),
    port,
    /** Resolves when so many requests have come. */
    asked: (count: number) =>
      new Promise<void>((resolve) => {
        watchers.push({ count, resolve })
        if (requests >= count) resolve()
      }),
    /** Lets everybody go who was told nothing yet, and answers whoever comes from now on. */
    release(): void {
      replies = ['completed']
      for (const [socket, reply] of unanswered) {
        if (reply !== 'nothing') continue
        socket.write(textOf(vendor, 'completed', false))
        unanswered.delete(socket)
      }
      released.resolve()
    },
    released: released.promise,
    /** How often the export was asked about. */
    looks: () => looks,
    /** How many sockets are held by a request that is not answered. */
    sockets: () => unanswered.size,
    close(): void {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

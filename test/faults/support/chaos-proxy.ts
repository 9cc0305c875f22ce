// A proxy that damages answers, in a process of its own: forked with its options as JSON, it tells where it listens,
// and to any message what it has done. The same look at the same export meets the same fault whenever the seed is the
// same, in whatever order the requests come.
import { createHash } from 'node:crypto'
import { Agent, type IncomingMessage, request as send } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { bytesOf, faults, type WholeAnswer } from './chaos.ts'

/** What the proxy is forked with. */
export interface ChaosOptions {
  /** The origin behind it. */
  readonly target: string
  /** How many answers of one are damaged, from 0 to 1. */
  readonly rate: number
  readonly seed: string
}

/** What the proxy has done. */
export interface ChaosReport {
  readonly requests: number
  /** Of those, the ones whose sender had gone before there was an answer to damage. */
  readonly gone: number
  /** How often each fault was done to an answer. */
  readonly faults: Readonly<Record<string, number>>
  /** Requests at the origin to which the redirects point. */
  readonly strays: number
}

const { target, rate, seed }: ChaosOptions = JSON.parse(process.argv[2] ?? '')
const names = Object.keys(faults)
const done: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]))
let requests = 0
let gone = 0
let strays = 0
const visits = new Map<string, number>()
// A connection of its own for each request: one that is kept may be closed by the vendor just when it is used again.
const agent = new Agent({ maxSockets: 128 })

/** Three numbers from 0 to 1 that are always the same for the same text. */
function dice(text: string): [number, number, number] {
  const digest = createHash('sha256').update(text).digest()
  const roll = (index: number) => digest.readUInt32BE(4 * index) / 2 ** 32
  return [roll(0), roll(1), roll(2)]
}

/** A request as it came. */
interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Undefined while there is more to come. */
function readRequest(bytes: Buffer): Asked | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const [method = '', url = ''] = first.split(' ')
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':', 1)[0]?.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const body = bytes.subarray(end + 4)
  return body.length < Number(headers['content-length'] ?? 0) ? undefined : { method, url, headers, body }
}

const ofConnection = /^(?:connection|keep-alive|content-length|transfer-encoding)$/

async function forward({ method, url, headers, body }: Asked): Promise<WholeAnswer> {
  const options = {
    method,
    agent,
    headers: { ...headers, host: new URL(target).host, connection: 'close' },
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send(target + url, options, resolve)
      .on('error', reject)
      .end(body)
  })
  const kept = Object.entries(response.headers).filter(([name]) => !ofConnection.test(name))
  return {
    status: response.statusCode as number,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    body: await buffer(response),
  }
}

// The latest good answers of each folder, from which come the answers of another job.
const answers = new Map<string, Map<string, WholeAnswer>>()

function remember(url: string, answer: WholeAnswer): void {
  const folder = url.slice(0, url.lastIndexOf('/'))
  const known = answers.get(folder) ?? new Map<string, WholeAnswer>()
  answers.set(folder, known)
  known.delete(url)
  known.set(url, answer)
  for (const oldest of [...known.keys()].slice(0, -20)) known.delete(oldest)
}

function anotherThan(url: string, chance: number): WholeAnswer | undefined {
  const others = [...(answers.get(url.slice(0, url.lastIndexOf('/'))) ?? [])].filter(
    ([known]) => known !== url,
  )
  return others[Math.floor(chance * others.length)]?.[1]
}

async function answer(asked: Asked, socket: Socket): Promise<void> {
  const { method, url } = asked
  const visit = (visits.get(`${method} ${url}`) ?? 0) + 1
  visits.set(`${method} ${url}`, visit)
  const [luck, choice, chance] = dice(`${seed} ${method} ${url} ${visit}`)
  const whole = await forward(asked)
  if (whole.status === 200) remember(url, whole)
  if (socket.destroyed) {
    gone++
    return
  }
  const another = anotherThan(url, chance)
  const name = names[Math.floor(choice * names.length)] as string
  if (luck >= rate || (name === 'answer of another job' && !another)) return void socket.write(bytesOf(whole))
  done[name] = (done[name] ?? 0) + 1
  faults[name]?.({ socket, answer: whole, another: another ?? whole, chance, elsewhere })
}

const proxy = createServer((socket) => {
  let received = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (part) => {
    received = Buffer.concat([received, part])
    const asked = readRequest(received)
    if (!asked) return
    // Nothing of the next request is in there: fetch waits for the answer first.
    received = Buffer.alloc(0)
    requests++
    void answer(asked, socket)
  })
})

const trap = createServer((socket) => {
  socket.on('error', () => {})
  socket.on('data', () => {
    strays++
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
  })
})

async function originOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const elsewhere = await originOf(trap)
process.on('message', () => process.send?.({ requests, gone, faults: done, strays } satisfies ChaosReport))
process.on('disconnect', () => process.exit())
process.send?.({ origin: await originOf(proxy) })

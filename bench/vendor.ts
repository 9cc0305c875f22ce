import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** What the server has counted so far. */
export interface Counted {
  readonly requests: number
  readonly sockets: number
  readonly mostSockets: number
}

/** A server in another process, on loopback. */
export interface Vendor {
  /** With `/api/v1`. */
  readonly baseUrl: string
  counted(): Promise<Counted>
  stop(): void
}

/**
 * @param doneAt - the poll at which an export is completed; none by default
 * @param retryAfter - seconds, sent as `Retry-After`
 */
export async function startVendor(doneAt = Number.POSITIVE_INFINITY, retryAfter = ''): Promise<Vendor> {
  const child = fork('bench/node_modules/.cache/server.mjs', [String(doneAt), String(retryAfter)], {
    execArgv: [],
  })
  const { port } = (await nextMessage(child)) as { port: number }
  return {
    baseUrl: `http://127.0.0.1:${port}/api/v1`,
    async counted() {
      child.send('count')
      return (await nextMessage(child)) as Counted
    },
    stop: () => child.disconnect(),
  }
}

/** The next message of a child. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message')
  return message
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A Redis of one's own, on loopback. */
export interface TestRedis {
  readonly port: number
  readonly connection: { readonly host: string; readonly port: number; readonly maxRetriesPerRequest: null }
  /** As a power cut to the process, and a start over from its log. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts Debian's redis-server.
 *
 * @param options.log - keeps each write in a file, so that it survives {@link TestRedis.crash}
 * @throws Error where it is not installed
 */
export async function startRedis({ log = false } = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-redis-'))
  const port = await freePort()
  const settings = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', folder]
  let server: ChildProcess

  const start = async () => {
    server = spawn('redis-server', [...settings.map(String), '--appendonly', log ? 'yes' : 'no'], {
      stdio: 'ignore',
    })
    const failed = once(server, 'error').then(([error]) => {
      throw new Error('redis-server did not start: apt-get install redis-server', { cause: error })
    })
    await Promise.race([answers(port), failed])
  }
  const kill = async (signal: NodeJS.Signals) => {
    const ended = once(server, 'exit')
    server.kill(signal)
    await ended
  }

  await start()
  return {
    port,
    connection: { host: '127.0.0.1', port, maxRetriesPerRequest: null },
    async crash() {
      await kill('SIGKILL')
      await start()
    },
    async stop() {
      await kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const socket = createConnection(port, '127.0.0.1')
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isThere) return
    await sleep(20)
  }
  throw new Error('redis-server did not answer within 10 s.')
}

// Everything on this machine: a Redis, four simulated vendors, the status page, a producer, and workers that are killed
// while they wait for exports. It needs Debian's redis-server.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, QueueEvents } from 'bullmq'
import { createVendorSimulator } from 'export-jobs/testing'

const processes: ChildProcess[] = []
const connections: { close(): Promise<unknown> }[] = []
const folder = await mkdtemp(join(tmpdir(), 'export-jobs-demo-'))

async function stop(): Promise<never> {
  // Redis, the first process, is stopped last: its clients would log connection errors.
  for (const each of processes.splice(1)) each.kill('SIGKILL')
  await Promise.all(connections.map((each) => each.close()))
  processes[0]?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  process.exit()
}
process.once('SIGINT', stop).once('SIGTERM', stop)
// An error below ends the demo and all its processes.
process.once('uncaughtException', (error) => {
  console.error(error)
  process.exitCode = 1
  void stop()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

const port = await freePort()
const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes']
const redis = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] })
processes.push(redis)
redis.on('error', () => {
  console.error('redis-server did not start: apt-get install redis-server')
  void stop()
})
// It prints a moment before it listens; a client that connects too early retries.
await once(redis.stdout, 'data')

const simulator = createVendorSimulator({ pending: '2s', running: '12s' })
const { origin } = await simulator.listen()
const { tyk, anaconda, loyaltydog, didomi } = simulator
didomi.add()
const env = {
  PORT: '0',
  ...process.env,
  REDIS_URL: `redis://127.0.0.1:${port}`,
  TYK_BASE_URL: tyk.baseUrl(origin),
  TYK_TOKEN: tyk.token,
  ANACONDA_BASE_URL: anaconda.baseUrl(origin),
  ANACONDA_TOKEN: anaconda.token,
  LOYALTYDOG_BASE_URL: loyaltydog.baseUrl(origin),
  LOYALTYDOG_TOKEN: loyaltydog.token,
  DIDOMI_BASE_URL: didomi.baseUrl(origin),
  DIDOMI_TOKEN: didomi.token,
  DIDOMI_ORGANIZATION_ID: 'demo',
  DIDOMI_EXPORT_ID: didomi.exportId,
}
function start(program: string): ChildProcess {
  const child = fork(new URL(program, import.meta.url), { env })
  processes.push(child)
  return child
}

start('status.ts')
const workers = [start('worker.ts'), start('worker.ts')]
await once(start('producer.ts'), 'exit')

const connection = { host: '127.0.0.1', port }
const queue = new Queue('waits', { connection })
const events = new QueueEvents('waits', { connection })
connections.push(queue, events)
await events.waitUntilReady()
const waits = await queue.getJobs(['waiting', 'active', 'delayed'])
const ended = Promise.all(waits.map((wait) => wait.waitUntilFinished(events)))

await sleep(4_000)
for (const worker of workers) worker.kill('SIGKILL')
console.log(`demo: killed both workers. No process is left that waits; Redis holds ${waits.length} waits`)
await sleep(3_000)
console.log('demo: here is a new worker')
start('worker.ts')

for (const { vendor, id, status } of await ended) console.log(`demo: ${vendor} ${id} is ${status}`)
console.log(
  `demo: none of ${waits.length} waits is lost. The vendors were asked ${simulator.requests.length} times`,
)
await stop()

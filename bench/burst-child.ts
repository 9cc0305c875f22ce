// Starts waits of one kind, all in one tick, or one after the other over some seconds; forked with the vendor's address.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createTykClient, waitForCompletion } from './ours.ts'

const [baseUrl = '', kind = '', count = '', spreadMs = '0'] = process.argv.slice(2)
const headers = { accept: 'application/json', authorization: 'Bearer secret-token-0123456789' }
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const client = createTykClient({ baseUrl, token: 'secret-token-0123456789' })

const wait =
  kind === 'ours'
    ? (id: string): Promise<unknown> =>
        waitForCompletion(client, id, { schedule: { minDelay: '2s', maxDelay: '2s' } })
    : async (id: string): Promise<unknown> => {
        for (;;) {
          const response = await fetch(`${baseUrl}/exports/${id}`, { headers })
          if (!response.ok) throw new Error(String(response.status))
          const job = (await response.json()) as { attributes: { status: string } }
          if (job.attributes.status === 'completed') return job
          await sleep(2_000)
        }
      }

const ids = Array.from({ length: Number(count) }, (_, index) => `export-${index}`)
await wait('warm-up')
const delay = monitorEventLoopDelay({ resolution: 1 })
await sleep(500)
delay.enable()
await sleep(50)
delay.reset()
const began = performance.now()
const cpuBegan = process.cpuUsage()

let failed = 0
const waiting: Promise<unknown>[] = []
for (const [index, id] of ids.entries()) {
  const due = began + (index * Number(spreadMs)) / ids.length
  while (performance.now() < due) await sleep(1)
  waiting.push(
    wait(id).catch(() => {
      failed++
    }),
  )
}
await Promise.all(waiting)
const { user, system } = process.cpuUsage(cpuBegan)
const seconds = (performance.now() - began) / 1_000
delay.disable()
process.send?.({
  failed,
  seconds,
  cpu: user + system,
  stall: delay.max / 1e6,
  p99: delay.percentile(99) / 1e6,
})
process.exit()

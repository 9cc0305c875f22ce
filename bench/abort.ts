// From an abort to the rejection of the wait, over HTTP on loopback.
import { fork } from 'node:child_process'
import { quantile } from './measure.ts'
import { createTykClient, waitForCompletion } from './ours.ts'
import { save } from './report.ts'
import { nextMessage } from './vendor.ts'

const aborts = Number(process.env.ABORTS ?? 1_000)
const atOnce = 50
// An abort falls somewhere in so many ms after the start: some still meet the connecting and the sending.
const span = 50

const server = fork('bench/node_modules/.cache/abort-server.mjs', { execArgv: [] })
const { port } = (await nextMessage(server)) as { port: number }
const baseUrl = `http://127.0.0.1:${port}/api/v1`
const token = 'secret-token-0123456789'
const headers = { accept: 'application/json', authorization: `Bearer ${token}` }
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

type Start = (id: string, signal: AbortSignal) => Promise<unknown>

const asleep = { schedule: { minDelay: '10m', maxDelay: '10m' }, timeout: '1h' } as const
const waitWith =
  (client: ReturnType<typeof createTykClient>): Start =>
  (id, signal) =>
    waitForCompletion(client, id, { ...asleep, signal })
const wait = waitWith(createTykClient({ baseUrl, token }))

// Its one place is taken for good.
const full = createTykClient({ baseUrl, token, concurrency: 1, timeout: '1h' })
void full.get('headers-0').catch(() => {})

const raw: Start = async (id, signal) => (await fetch(`${baseUrl}/exports/${id}`, { headers, signal })).json()

/** One call, aborted at a random moment; how long its rejection took, in ms. */
async function abortOne(start: Start, id: string): Promise<number> {
  const controller = new AbortController()
  const reason = new Error('enough')
  let began = Number.POSITIVE_INFINITY
  const over = start(id, controller.signal).then(
    () => Promise.reject(new Error(`${id} was not aborted`)),
    (error: unknown) => {
      if (error !== reason) throw error
      return performance.now() - began
    },
  )
  await sleep(span * Math.random())
  began = performance.now()
  controller.abort(reason)
  return over
}

async function inTurns(start: Start, place: string): Promise<number[]> {
  const times: number[] = []
  while (times.length < aborts) {
    const ids = Array.from({ length: atOnce }, (_, index) => `${place}-${times.length + index}`)
    times.push(...(await Promise.all(ids.map((id) => abortOne(start, id)))))
  }
  return times
}

/** As many calls, all of them under one signal that ends them in one go. */
async function together(start: Start): Promise<number[]> {
  const controller = new AbortController()
  const places = ['headers', 'body']
  let began = Number.POSITIVE_INFINITY
  const calls = Array.from({ length: aborts }, (_, index) =>
    start(`${places[index % places.length]}-all-${index}`, controller.signal).catch(
      () => performance.now() - began,
    ),
  )
  await sleep(1_000)
  began = performance.now()
  controller.abort(new Error('enough'))
  return (await Promise.all(calls)) as number[]
}

const measured: Record<string, number[]> = {}
// The first of each are to warm up.
for (const round of ['warm-up', 'counted']) {
  for (const [name, run] of Object.entries({
    'raw fetch, in the body': () => inTurns(raw, `body-raw-${round}`),
    '**ours**, in the sleep between polls': () => inTurns(wait, `sleep-${round}`),
    '**ours**, in the headers': () => inTurns(wait, `headers-${round}`),
    '**ours**, in the body': () => inTurns(wait, `body-${round}`),
    '**ours**, in the queue for room': () => inTurns(waitWith(full), `queue-${round}`),
    'raw fetch, all at once, under one signal': () => together(raw),
    '**ours**, all at once, under one signal': () => together(wait),
  })) {
    measured[name] = await run()
  }
}
server.disconnect()

const figures = Object.entries(measured).map(([name, times]) => ({
  name,
  p50: quantile(times, 0.5),
  p99: quantile(times, 0.99),
  most: Math.max(...times),
}))
const ms = (time: number) => time.toFixed(2)

save('abort', {
  rounds: 1,
  data: { aborts, figures },
  tables: {
    abort: {
      head: [`${aborts.toLocaleString('en')} aborts`, 'p50, ms', 'p99, ms', 'most, ms', 'to reach'],
      rows: figures.map(({ name, p50, p99, most }) => [
        name,
        ms(p50),
        ms(p99),
        ms(most),
        name.includes('ours') && !name.includes('all') ? 'p99 ≤ 20' : '',
      ]),
    },
  },
})
process.exit()

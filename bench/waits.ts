import { createHttpPoller } from '@azure/core-lro'
import { createWaiter, WaiterState } from '@smithy/util-waiter'
import ky from 'ky'
import pWaitFor from 'p-wait-for'

const headers = { accept: 'application/json', authorization: 'Bearer secret-token-0123456789' }
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface Body {
  attributes: { status: string }
}
const isDone = (job: Body) => job.attributes.status === 'completed'

/** Waits of others on an export of the vendor, by name: each polls until it is completed, at a fixed interval in ms. */
export function createWaits(
  baseUrl: string,
  interval: number,
): Readonly<Record<string, (id: string) => PromiseLike<unknown>>> {
  const ask = async (id: string) => {
    const response = await fetch(`${baseUrl}/exports/${id}`, { headers })
    return (await response.json()) as Body
  }
  const askKy = (id: string) => ky(`${baseUrl}/exports/${id}`, { headers }).json<Body>()
  const seconds = interval / 1_000

  return {
    raw: async (id) => {
      for (;;) {
        const job = await ask(id)
        if (isDone(job)) return job
        await sleep(interval)
      }
    },
    'raw-last': async (id) => {
      let last: Body | undefined
      for (let polls = 0; ; polls++) {
        if (polls > 5) throw Object.assign(new Error('timeout'), { last })
        last = await ask(id)
        if (isDone(last)) return last
        await sleep(interval)
      }
    },
    ky: async (id) => {
      for (;;) {
        const job = await askKy(id)
        if (isDone(job)) return job
        await sleep(interval)
      }
    },
    'p-wait-for': (id) => pWaitFor(async () => isDone(await askKy(id)), { interval }),
    smithy: (id) =>
      createWaiter(
        { client: {}, maxWaitTime: 7_200, minDelay: seconds, maxDelay: seconds + 0.001 },
        id,
        async (_, id) => {
          const job = await ask(id)
          return { state: isDone(job) ? WaiterState.SUCCESS : WaiterState.RETRY, reason: job }
        },
      ),
    'core-lro': (id) => {
      const send = async () => {
        const body = await ask(id)
        const status = isDone(body) ? 'Succeeded' : 'Running'
        const request = { method: 'GET', url: `${baseUrl}/exports/${id}` }
        const headers = { 'operation-location': request.url, 'retry-after': String(seconds) }
        const rawResponse = { statusCode: 202, headers, body: { ...body, status }, request }
        return { flatResponse: body, rawResponse }
      }
      return createHttpPoller(
        { sendInitialRequest: send, sendPollRequest: send },
        { intervalInMs: interval },
      ).pollUntilDone()
    },
  }
}

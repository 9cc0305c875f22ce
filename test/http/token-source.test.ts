import { expect, test } from 'vitest'
import { ResponseError, waitForCompletion } from '../../src/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { caught, caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { sendJson, serve } from '../support/serve.ts'
import { createPlainClient, runningExport, secretToken, startParams } from '../support/vendors.ts'

const unauthorized = { status: 401, body: { error: 'Unauthorized' } }
const running = { body: runningExport() }

/** A server that takes one token, and a token function that gives it on refresh. */
async function startGuarded(good = 'good-token') {
  const { origin, requests } = await serve(({ headers }, response) =>
    headers.authorization === `Bearer ${good}`
      ? sendJson(response, runningExport())
      : sendJson(response, unauthorized.body, 401),
  )
  return { baseUrl: origin, requests }
}

test('20 gets at the same time share one refresh', async () => {
  const { baseUrl, requests } = await startGuarded()
  const asked: boolean[] = []
  const token = async ({ refresh }: { refresh: boolean }) => {
    asked.push(refresh)
    return refresh ? 'good-token' : 'stale-token'
  }
  const client = createPlainClient({ baseUrl, token })
  const jobs = await Promise.all(Array.from({ length: 20 }, () => client.get('exp-1')))
  expect(jobs.map(({ status }) => status)).toEqual(Array(20).fill('running'))
  expect(asked.filter((refresh) => refresh)).toHaveLength(1)
  expect(requests.filter(({ headers }) => headers.authorization === 'Bearer good-token')).toHaveLength(20)
})

test('a get that is late finds the refresh done', async () => {
  const { baseUrl, requests } = await startGuarded()
  let refreshes = 0
  const token = ({ refresh }: { refresh: boolean }) => {
    if (refresh) refreshes++
    return refresh ? 'good-token' : 'stale-token'
  }
  const client = createPlainClient({ baseUrl, token })
  for (let count = 0; count < 3; count++) await client.get('exp-1')
  expect(refreshes).toBe(1)
  expect(requests).toHaveLength(4)
})

test('a start is authorized anew, too: nothing has begun', async () => {
  const { fetch, requests } = createFakeFetch(unauthorized, { status: 202, ...running })
  const client = createPlainClient({ fetch, token: ({ refresh }) => (refresh ? 'new-token' : 'old-token') })
  expect(await client.start(startParams)).toBe('exp-1')
  expect(requests.map(({ body }) => JSON.parse(String(body)))).toEqual([startParams, startParams])
})

test('401 twice gives up, after one refresh', async () => {
  const { baseUrl, requests } = await startGuarded()
  const asked: boolean[] = []
  const token = ({ refresh }: { refresh: boolean }) => {
    asked.push(refresh)
    return `bad-token-${asked.length}`
  }
  const error = await caughtError(createPlainClient({ baseUrl, token, retries: 5 }).get('exp-1'))
  expect(error).toMatchObject({ code: 'unauthorized', httpStatus: 401, retryable: false })
  expect(asked).toEqual([false, true])
  expect(requests).toHaveLength(2)
})

test('a token is renewed once in a call, whatever happens meanwhile', async () => {
  const { fetch, requests } = createFakeFetch(unauthorized, { status: 503 }, unauthorized)
  const asked: boolean[] = []
  const token = ({ refresh }: { refresh: boolean }) => {
    asked.push(refresh)
    return `some-token-${asked.length}`
  }
  const clock = { now: () => 0, sleep: async () => {} }
  const error = await caughtError(createPlainClient({ fetch, token, clock, retries: 5 }).get('exp-1'))
  expect(error).toMatchObject({ code: 'unauthorized' })
  expect(asked).toEqual([false, true, false])
  expect(requests).toHaveLength(3)
})

test('a fixed token is refused once', async () => {
  const { fetch, requests } = createFakeFetch(unauthorized)
  await caughtError(createPlainClient({ fetch, retries: 5 }).get('exp-1'))
  expect(requests).toHaveLength(1)
})

test('403 asks for no refresh', async () => {
  const asked: boolean[] = []
  const { fetch } = createFakeFetch({ status: 403 })
  const token = ({ refresh }: { refresh: boolean }) => {
    asked.push(refresh)
    return 'some-token'
  }
  await caughtError(createPlainClient({ fetch, token }).get('exp-1'))
  expect(asked).toEqual([false])
})

test('a refresh that gave the same token again does not stop the next one', async () => {
  const { fetch } = createFakeFetch(({ headers }) =>
    headers.authorization === 'Bearer good-token' ? running : unauthorized,
  )
  let refreshes = 0
  let current = 'stale-token'
  const token = ({ refresh }: { refresh: boolean }) => {
    if (refresh && ++refreshes === 2) current = 'good-token'
    return current
  }
  const client = createPlainClient({ fetch, token })
  expect(await caughtError(client.get('exp-1'))).toMatchObject({ code: 'unauthorized' })
  expect(await client.get('exp-1')).toMatchObject({ status: 'running' })
})

test.each([
  [
    'throws',
    () => {
      throw new Error(`no login with ${secretToken}`)
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error(`no login with ${secretToken}`)
    },
  ],
  [
    'throws a text',
    () => {
      throw secretToken
    },
  ],
  [
    'throws nothing',
    () => {
      throw undefined
    },
  ],
])('a token function that %s ends in a typed error without its words', async (_, token) => {
  const { fetch, requests } = createFakeFetch(running)
  const error = await caughtError(createPlainClient({ fetch, token, retries: 0 }).get('exp-1'))
  expect(error).toMatchObject({ name: 'TransportError', code: 'network', vendor: 'tyk' })
  expect(error.message).toMatch(
    /^The token function of the tyk client threw (?:Error at .+|a string|undefined)\. Its text is not shown, as it may contain a secret\.$/,
  )
  expect(everythingOf(error)).not.toContain(secretToken)
  expect(requests).toHaveLength(0)
})

test.each([
  ['a line break', `${secretToken}\r\nx-evil: 1`],
  ['a NUL', `${secretToken}\0`],
  ['a character outside Latin-1', `${secretToken}€`],
  ['nothing', ''],
  ['undefined', undefined],
  ['null', null],
  ['a number', 7],
  ['an object', { toString: () => secretToken }],
  ['a space at its end', `${secretToken} `],
])('a token function that returns %s', async (_, value) => {
  const { fetch, requests } = createFakeFetch(running)
  const client = createPlainClient({ fetch, token: (() => value) as never, retries: 0 })
  const error = await caughtError(client.get('exp-1'))
  expect(error).toMatchObject({ name: 'TransportError', code: 'network', retryable: true, sent: false })
  expect(everythingOf(error)).not.toContain(secretToken)
  expect(requests).toHaveLength(0)
})

test('a token function that hangs is a timeout, and is told', async () => {
  let told: AbortSignal | undefined
  const token = ({ signal }: { signal: AbortSignal }) => {
    told = signal
    return new Promise<string>(() => {})
  }
  const { fetch, requests } = createFakeFetch(running)
  const error = await caughtError(createPlainClient({ fetch, token, timeout: 20, retries: 0 }).get('exp-1'))
  expect(error).toMatchObject({ name: 'TransportError', code: 'timeout', retryable: true })
  expect(told?.aborted).toBe(true)
  expect(requests).toHaveLength(0)
})

test('an abort ends the wait for a token with its own reason', async () => {
  const controller = new AbortController()
  const { fetch } = createFakeFetch(running)
  const client = createPlainClient({ fetch, token: () => new Promise<string>(() => {}) })
  const promise = caught(client.get('exp-1', { signal: controller.signal }))
  controller.abort('enough')
  expect(await promise).toBe('enough')
})

test('one who aborts during a refresh does not take it from the others', async () => {
  const { fetch } = createFakeFetch(({ headers }) =>
    headers.authorization === 'Bearer good-token' ? running : unauthorized,
  )
  let give = (_: string) => {}
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const token = ({ refresh }: { refresh: boolean }) => {
    if (!refresh) return 'stale-token'
    begin()
    return new Promise<string>((resolve) => {
      give = resolve
    })
  }
  const client = createPlainClient({ fetch, token })
  const controller = new AbortController()
  const impatient = caught(client.get('exp-1', { signal: controller.signal }))
  const patient = client.get('exp-1')
  await begun
  controller.abort('enough')
  expect(await impatient).toBe('enough')
  give('good-token')
  expect(await patient).toMatchObject({ status: 'running' })
})

test('a failed refresh is not kept', async () => {
  const { fetch } = createFakeFetch(({ headers }) =>
    headers.authorization === 'Bearer good-token' ? running : unauthorized,
  )
  let refreshes = 0
  const token = ({ refresh }: { refresh: boolean }) => {
    if (!refresh) return 'stale-token'
    if (++refreshes === 1) throw new Error('the token server is down')
    return 'good-token'
  }
  const client = createPlainClient({ fetch, token, retries: 0 })
  await caughtError(client.get('exp-1'))
  expect(await client.get('exp-1')).toMatchObject({ status: 'running' })
})

test.each<[what: string, bad: () => unknown]>([
  ['returns nothing', () => ''],
  ['returns undefined', () => undefined],
  ['returns a line break', () => `${secretToken}\n`],
  ['throws', () => Promise.reject(new Error(secretToken))],
  ['throws a ResponseError', () => Promise.reject(new ResponseError('unexpected-shape', 'no token', 'tyk'))],
])('a token function that %s once does not end a wait', async (_, bad) => {
  const clock = createVirtualClock({ auto: true })
  const completed = { body: { id: 'exp-1', attributes: { status: 'completed' } } }
  const { fetch, requests } = createFakeFetch(running, completed)
  let calls = 0
  const token = () => (++calls === 2 ? bad() : secretToken) as string
  const client = createPlainClient({ fetch, token, clock, retries: 0 })
  const failures: unknown[] = []
  const job = await waitForCompletion(client, 'exp-1', {
    clock,
    onUpdate: (update) => update.type === 'poll-failed' && failures.push(update.error),
  })
  expect([job.status, requests.length, failures.length]).toEqual(['completed', 2, 1])
  expect(everythingOf(failures[0])).not.toContain(secretToken)
})

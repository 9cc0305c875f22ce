import { describe, expect, test } from 'vitest'
import type { TokenRequest } from '../../src/http/client-options.ts'
import { startWait, waitForCompletion } from '../../src/index.ts'
import { anacondaServiceAccount } from '../../src/vendors/anaconda.ts'
import { didomiApiKey } from '../../src/vendors/didomi.ts'
import { caughtError } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'
import { vendorNames, vendors } from '../support/vendors.ts'
import {
  all,
  canaries,
  createSecretive,
  everyCanary,
  expectNoneSeen,
  expectSilent,
  failing,
  ownWords,
  refusing,
  whole,
} from './support/canaries.ts'
import { answerOf, telling } from './support/vendor-answers.ts'

describe.each(vendorNames)('%s', (vendor) => {
  const { ref } = vendors[vendor]

  const badOptions: [what: string, options: object][] = [
    ['a token with a line break', { token: `${canaries.token}\n` }],
    ['a token of another alphabet', { token: `${canaries.token}Ж` }],
    ['a token with a space', { token: ` ${canaries.token}` }],
    ['a header with a line break', { headers: { 'x-secret': `${canaries.header}\n` } }],
    ['a header that is no text', { headers: { 'x-secret': [canaries.header] } }],
    ['a name of a header', { headers: { [`${canaries.header}\n`]: 'x' } }],
    ['a password in the URL', { baseUrl: `https://user:${canaries.password}@vendor.example` }],
    ['a user in the URL', { baseUrl: `https://${canaries.password}@vendor.example` }],
    ['a query in the URL', { baseUrl: `https://vendor.example/?sig=${canaries.signature}` }],
    ['a fragment in the URL', { baseUrl: `https://vendor.example/#${canaries.signature}` }],
    ['a URL that is none', { baseUrl: `https://vendor.example:${canaries.password}` }],
    ['a URL of plain http', { baseUrl: `http://${canaries.host}.example` }],
    ['a URL of another kind', { baseUrl: `ftp://${canaries.host}.example` }],
    ['a timeout', { timeout: everyCanary }],
    ['a number of retries', { retries: everyCanary }],
    ['a limit', { rateLimit: { requests: everyCanary, per: everyCanary } }],
    ['a fetch', { fetch: everyCanary }],
  ]
  test.each(badOptions)('ConfigurationError invalid-option: %s', (_, options) => {
    let error: unknown
    try {
      vendors[vendor].create(options)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
    expectSilent('error', error, all)
  })

  test('ConfigurationError invalid-ref and invalid-state', async () => {
    const { client } = createSecretive(vendor, [telling(vendor, 'running')])
    const bad = `../${everyCanary}`
    const badRef = vendor === 'didomi' ? { exportId: bad, runId: bad } : bad
    const refused = await caughtError(client.get(badRef))
    expect(refused).toMatchObject({ name: 'ConfigurationError', code: 'invalid-ref' })
    expectSilent('error', refused, all)

    const damaged = { ...startWait(ref), version: 2, polls: everyCanary, rawStatus: everyCanary }
    const invalid = await caughtError(waitForCompletion(client, damaged as never))
    expect(invalid).toMatchObject({ name: 'ConfigurationError', code: 'invalid-state' })
    expectSilent('error', invalid, all)
  })

  const tokens: [what: string, token: (request: TokenRequest) => unknown, error: object][] = [
    ['throws', () => fail(), { code: 'network' }],
    ['rejects', async () => fail(), { code: 'network' }],
    ['rejects on refresh', async ({ refresh }) => (refresh ? fail() : canaries.token), { code: 'network' }],
    ['rejects with a text', () => Promise.reject(canaries.refreshSecret), { code: 'network' }],
    ['returns a line break', () => `${canaries.refreshSecret}\r\nx: y`, { code: 'network' }],
    ['returns no text', () => ({ token: canaries.refreshSecret }), { code: 'network' }],
    ['returns what is refused', () => canaries.token, { code: 'unauthorized' }],
  ]
  test.each(tokens)('a token function that %s', async (_, token, expected) => {
    const world = createSecretive(vendor, [refusing(401, ownWords(vendor))], { token: token as never })
    const { error } = await world.get({ retries: 0 })
    expect(error).toMatchObject(expected)
    expectSilent('error', error, all)
    expectNoneSeen(vendor, world)
    const { error: end } = await world.wait(world.patience)
    expectSilent('end of the wait', end, all)
  })
})

function fail(): never {
  throw Object.assign(new Error(`login with ${canaries.refreshSecret}`, { cause: canaries.refreshSecret }), {
    secret: canaries.refreshSecret,
  })
}

// Their retries are those of every client, and so is the clock that these wait by.
const hurried = { clock: { now: () => 0, sleep: async () => {} } }

describe('what fetches the tokens', () => {
  type Make = (fetch: typeof globalThis.fetch, secret: string) => (request: TokenRequest) => Promise<string>
  const makers: [name: string, make: Make][] = [
    [
      'anacondaServiceAccount',
      (fetch, clientSecret) => anacondaServiceAccount({ clientId: 'id', clientSecret, fetch, ...hurried }),
    ],
    ['didomiApiKey', (fetch, secret) => didomiApiKey({ key: 'a-key', secret, fetch, ...hurried })],
  ]
  const answers: [what: string, answer: FakeAnswer][] = [
    ...[400, 401, 403, 404, 429, 500, 302].map((status): [string, FakeAnswer] => [
      `${status}`,
      refusing(status, canaries.refreshSecret),
    ]),
    ['network', failing('ECONNRESET')],
    ['a page', whole(everyCanary, 'text/html')()],
    ['another shape', answerOf({ [canaries.refreshSecret]: everyCanary })],
    ['a token that is none', answerOf({ access_token: `${canaries.refreshed}\n` })],
  ]
  test.each(makers.flatMap((maker) => answers.map((answer) => [...maker, ...answer] as const)))(
    '%s, answered: %#',
    async (_, make, __, answer) => {
      const token = make(createFakeFetch(answer).fetch, canaries.refreshSecret)
      expectSilent('token function', token, all)
      const client = vendors.tyk.create({ token, ...hurried, fetch: createFakeFetch({}).fetch, retries: 0 })
      expectSilent('error', await caughtError(client.get('exp-1')), all)
    },
  )
})

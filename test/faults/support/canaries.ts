import { inspect } from 'node:util'
import { expect } from 'vitest'
import type { RequestEvent, TokenRequest } from '../../../src/http/client-options.ts'
import type { TykClientOptions } from '../../../src/vendors/tyk.ts'
import type { FakeAnswer } from '../../support/fake-fetch.ts'
import type { VendorName } from '../../support/vendors.ts'
import { answerOf, bodyOf, type Path, withValue } from './vendor-answers.ts'
import { createWorld } from './virtual-world.ts'

/** Texts that stand nowhere but in a secret. */
export const canaries = {
  token: 'canary-token-7f3a91',
  refreshed: 'canary-refreshed-52c8e0',
  refreshSecret: 'canary-refresh-secret-d41b77',
  merchantToken: 'canary-merchant-0be264',
  header: 'canary-header-98aa15',
  signature: 'canary-signature-3c6f20',
  host: 'canary-host-e7d953',
  password: 'canary-password-61f4b8',
  body: 'canary-body-a90c3d',
}

export type Canary = keyof typeof canaries

/** All canaries in one text, for a vendor that echoes all that it knows. */
export const everyCanary = Object.values(canaries).join(' ')

/** Whatever can be read off a value by anybody who logs it. */
function shownBy(value: unknown): Record<string, string> {
  const shown: Record<string, string> = {
    String: String(value),
    JSON: JSON.stringify(value) ?? '',
    inspect: inspect(value, { depth: 20, maxStringLength: null, maxArrayLength: null }),
    'inspect with hidden': inspect(value, {
      showHidden: true,
      depth: 20,
      maxStringLength: null,
      maxArrayLength: null,
    }),
  }
  for (let link = value, depth = 0; link instanceof Error; link = link.cause, depth++) {
    shown[`message ${depth}`] = link.message
    shown[`stack ${depth}`] = link.stack ?? ''
    shown[`String ${depth}`] = String(link)
  }
  return shown
}

/** Fails where one of the canaries sings. */
export function expectSilent(
  what: string,
  value: unknown,
  names: readonly Canary[],
  isShown = (_surface: string) => true,
): void {
  const songs = Object.entries(shownBy(value))
    .filter(([surface]) => isShown(surface))
    .flatMap(([surface, text]) =>
      names.filter((name) => text.includes(canaries[name])).map((name) => `${name} in ${surface} of ${what}`),
    )
  expect(songs).toEqual([])
}

export const all = Object.keys(canaries) as Canary[]

/** What a client of the vendor holds, and strikes out of whatever the vendor says. */
export const heldBy = (vendor: VendorName): Canary[] =>
  vendor === 'loyaltydog' ? ['token', 'header', 'merchantToken'] : ['token', 'header']
export const ownWords = (vendor: VendorName, more: Canary[] = []) =>
  [...heldBy(vendor), ...more].map((name) => canaries[name]).join(' ')

export const signedUrl = `https://s3.example/export.csv?X-Amz-Signature=${canaries.signature}`
const json = { 'content-type': 'application/json' }

/** An export that stands so, in an answer in which the vendor repeats the credentials that it got. */
export function gossip(vendor: VendorName, word: string): FakeAnswer {
  const path: Record<VendorName, Path> = {
    tyk: ['attributes', 'error_message'],
    anaconda: ['error_message'],
    loyaltydog: ['error'],
    didomi: ['data', 0, 'result'],
  }
  return answerOf(withValue(bodyOf(vendor, word), path[vendor], ownWords(vendor)))
}

/** A refusal that repeats the credentials where a problem is told, and everything beside it. */
export const refusing = (status: number, words: string): FakeAnswer => ({
  status,
  headers: {
    'x-request-id': words,
    'retry-after': everyCanary,
    'www-authenticate': everyCanary,
    'set-cookie': everyCanary,
    location: `https://elsewhere.example/?${everyCanary}`,
    ...json,
  },
  text: JSON.stringify({ title: words, detail: words, request_id: words, note: everyCanary }),
})

/** What fetch fails with, quoting headers and addresses on all levels, as Node's does. */
export function failing(code: string): FakeAnswer {
  const inner = Object.assign(new Error(everyCanary), {
    code,
    host: everyCanary,
    errors: [new Error(everyCanary)],
  })
  return { error: Object.assign(new TypeError(everyCanary, { cause: inner }), { url: everyCanary }) }
}

export const whole =
  (text: string, type = 'application/json') =>
  (): FakeAnswer => ({ headers: { 'content-type': type }, text })

/** A client full of canaries, and all that it lets anybody see. */
export function createSecretive(
  vendor: VendorName,
  answer: FakeAnswer[],
  options: Partial<TykClientOptions> = {},
) {
  const events: RequestEvent[] = []
  const world = createWorld(vendor, answer, {
    baseUrl: `https://${canaries.host}.example/v1`,
    token: ({ refresh }: TokenRequest) => (refresh ? canaries.refreshed : canaries.token),
    headers: { 'x-secret': canaries.header },
    onRequest: (event) => events.push(event),
    ...(vendor === 'loyaltydog' && { merchantToken: canaries.merchantToken }),
    ...options,
  })
  return { ...world, events, patience: { schedule: () => 300_000, timeout: '20m' } as const }
}

export type Secretive = ReturnType<typeof createSecretive>

/** The client itself, what it told of its requests, and what it told of the wait. */
export function expectNoneSeen(vendor: VendorName, { client, events, updates }: Secretive): void {
  expectSilent('client', client, all)
  expectSilent('client.api', (client as { api?: unknown }).api, all)
  for (const event of events) expectSilent('event', event, all)
  for (const update of updates) {
    // The words of the vendor are its own, but for the credentials of the client.
    expectSilent('update', update, update.type === 'job' ? heldBy(vendor) : all)
  }
}

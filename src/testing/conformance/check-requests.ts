import { inspect } from 'node:util'
import type { ApiError } from '../../errors.ts'
import { json } from '../answers.ts'
import { expect } from './check-job.ts'
import type { Check } from './conformance.ts'
import { survey } from './survey.ts'
import { type Answer, changed, refusal, rejection, remade, type Trial } from './trial.ts'

/** Ids no client may send: they would climb the path, split it, or break a header. */
export const badIds: readonly string[] =
  // biome-ignore format: one line says as much as eleven
  ['', '.', '..', 'a/b', 'a\\b', '%2e%2e', 'a%2Fb', 'a\nb', '\u0000', '\ud800', 'x'.repeat(513)]

const codes: readonly (readonly [status: number, code: string])[] = [
  [400, 'invalid-request'],
  [401, 'unauthorized'],
  [402, 'payment-required'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [409, 'http-error'],
  [410, 'gone'],
  [422, 'invalid-request'],
  [429, 'rate-limited'],
  [500, 'server-error'],
  [503, 'server-error'],
]

/** Where redirects lead that nobody may follow. */
export const elsewhere = 'https://elsewhere.example'

/** What a client makes of refusals and failures, of tokens and ids. */
export function requestChecks<Ref>(trial: Trial<Ref>, badRefs: readonly Ref[]): Check[] {
  const { refs } = trial
  const { completed, missing } = refs
  const failing = async (answer: Answer, ...codes: string[]) =>
    refusal(trial.subject(answer).get(completed), ...codes)
  const refused = (status: number, headers?: Record<string, string>) =>
    json({ error: 'refused' }, status, headers)

  return [
    ...codes.map(([status, code]) => ({
      name: `HTTP ${status} is told as ${code}`,
      async run() {
        const { httpStatus } = (await failing(() => refused(status), code)) as ApiError
        expect(httpStatus === status, `the error's httpStatus is ${httpStatus}, and should be ${status}`)
      },
    })),
    ...(missing === undefined ? [] : [missing]).map((ref) => ({
      name: 'get rejects an export the vendor does not know as not-found',
      run: async () => void (await refusal(trial.subject().get(ref), 'not-found')),
    })),
    {
      name: 'Retry-After on 200 is the retryAfter of the job',
      async run() {
        expect((await retryAfterOf('7')) === 7_000, `'Retry-After: 7' is not the job's retryAfter of 7000`)
      },
    },
    {
      name: 'a Retry-After that is nonsense is absent',
      async run() {
        for (const hint of ['soon', '-1', '0x7', '86401']) {
          const seen = await retryAfterOf(hint)
          expect(seen === undefined, `'Retry-After: ${hint}' makes a retryAfter of ${seen}`)
        }
      },
    },
    {
      name: 'Retry-After on 429 is the retryAfter of the error',
      async run() {
        const error = await failing(() => refused(429, { 'retry-after': '9' }), 'rate-limited')
        const { retryAfter } = error as ApiError
        expect(retryAfter === 9_000, `'Retry-After: 9' makes a retryAfter of ${retryAfter}, not of 9000`)
      },
    },
    {
      name: 'a token that is refused is asked for anew, and the request repeated',
      async run() {
        const { get, tokens, sent } = trial.subject((_, real, nth) => (nth === 0 ? refused(401) : real()))
        const outcome = await get(completed).catch((error: unknown) => error)
        if (tokens.length === 0 && trial.hasOwnSecrets) return
        expect(tokens.length > 0, 'the client does not ask the token function, and no secrets are given')
        const refreshes = tokens.filter(({ refresh }) => refresh).length
        expect(refreshes === 1, `after a 401 the token was refreshed ${refreshes} times, not once`)
        expect(sent.length > 1 && !(outcome instanceof Error), `after a 401 and a new token: ${outcome}`)
      },
    },
    {
      name: 'a token that is refused again is not asked for once more',
      async run() {
        const { get, tokens, sent } = trial.subject(() => refused(401))
        await rejection(get(completed))
        const refreshes = tokens.filter(({ refresh }) => refresh).length
        expect(refreshes <= 1, `the token was refreshed ${refreshes} times`)
        expect(sent.length <= 2, `${sent.length} requests were sent with a token that is refused`)
      },
    },
    {
      name: 'without retries, one request is sent',
      async run() {
        const { get, sent } = trial.subject(() => refused(503))
        await rejection(get(completed))
        expect(sent.length === 1, `with retries: 0, ${sent.length} requests were sent`)
      },
    },
    {
      name: 'a redirect is not followed, but told as redirect',
      async run() {
        const { get, sent } = trial.subject(({ url }, real) =>
          url.startsWith(elsewhere) ? real() : Response.redirect(`${elsewhere}/exports`),
        )
        const outcome = await get(completed).catch((error: unknown) => error)
        expect(!sent.some(({ url }) => url.startsWith(elsewhere)), 'the redirect was followed')
        await refusal(Promise.reject(outcome), 'redirect')
      },
    },
    {
      name: 'a connection that fails is told as network',
      run: async () => void (await failing(() => Response.error(), 'network')),
    },
    {
      name: 'an answer that breaks off is told as network',
      async run() {
        const pull = () => Promise.reject(new TypeError('terminated'))
        await failing(() => new Response(new ReadableStream({ pull })), 'network')
      },
    },
    ...badRefs.map((badRef) => ({
      name: `get refuses ${inspect(badRef).slice(0, 60)} before any request`,
      async run() {
        const { get, sent } = trial.subject()
        const error = await rejection(get(badRef))
        expect(sent.length === 0, 'a request was sent')
        await refusal(Promise.reject(error), 'invalid-ref')
      },
    })),
  ]

  /** What the hint of an answer becomes: of an export that is not done yet, or not known to be. */
  async function retryAfterOf(hint: string): Promise<number | undefined> {
    const active = refs.running ?? refs.pending ?? refs.unknown
    const statuses = active === undefined ? (await survey(trial, completed)).statuses : []
    const answer = changed(statuses, () => 'a-word-nobody-published')
    const job = await trial
      .subject(async (...request) => {
        const response = await answer(...request)
        return remade(response, await response.text(), { 'retry-after': hint })
      })
      .get(active ?? completed)
    return 'retryAfter' in job ? job.retryAfter : undefined
  }
}

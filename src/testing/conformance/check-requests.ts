import type { ApiError } from '../../errors.ts'
import { json } from '../answers.ts'
import { changed, foreignWord, remade, survey } from './places.ts'
import {
  type Answer,
  type Checks,
  type ClientUnderTest,
  elsewhere,
  expect,
  refusal,
  refusesRedirect,
  refusesRefs,
  rejection,
  settled,
  type Trial,
} from './trial.ts'

/** Ids that no client may send: they would climb or split the path, or break a header. */
export const badIds: readonly string[] =
  // biome-ignore format: one line says as much as eleven
  ['', '.', '..', 'a/b', 'a\\b', '%2e%2e', 'a%2Fb', 'a\nb', '\u0000', '\ud800', 'x'.repeat(513)]

const codes: Readonly<Record<number, string>> = {
  400: 'invalid-request',
  401: 'unauthorized',
  402: 'payment-required',
  403: 'forbidden',
  404: 'not-found',
  409: 'http-error',
  410: 'gone',
  422: 'invalid-request',
  429: 'rate-limited',
  500: 'server-error',
  503: 'server-error',
}

/** Checks of how a client handles refusals, failures, tokens and invalid refs. */
export function requestChecks<Ref>(trial: Trial<Ref>, badRefs: readonly Ref[]): Checks {
  const { refs } = trial
  const { completed, missing } = refs
  const failing = async (answer: Answer, ...codes: string[]) =>
    refusal(trial.createClient(answer).get(completed), ...codes)
  const refused = (status: number, headers?: Record<string, string>) =>
    json({ error: 'refused' }, status, headers)

  const checks: Checks = {
    async 'Retry-After on 200 is the retryAfter of the job'() {
      expect((await retryAfterOf('7')) === 7_000, `'Retry-After: 7' is not the job's retryAfter of 7000`)
    },
    async 'an invalid Retry-After is ignored'() {
      for (const hint of ['soon', '-1', '0x7', '86401']) {
        const seen = await retryAfterOf(hint)
        expect(seen === undefined, `'Retry-After: ${hint}' makes a retryAfter of ${seen}`)
      }
    },
    async 'Retry-After on 429 is the retryAfter of the error'() {
      const error = await failing(() => refused(429, { 'retry-after': '9' }), 'rate-limited')
      const { retryAfter } = error as ApiError
      expect(retryAfter === 9_000, `'Retry-After: 9' makes a retryAfter of ${retryAfter}, not of 9000`)
    },
    async 'a 401 refreshes the token once, and the request is repeated'() {
      const { get, tokens, sent } = trial.createClient((_, real, nth) => (nth === 0 ? refused(401) : real()))
      const outcome = await get(completed).catch((error: unknown) => error)
      if (tokens.length === 0 && trial.hasOwnSecrets) return
      expect(tokens.length > 0, 'the client does not ask the token function, and no secrets are given')
      const refreshes = tokens.filter(({ refresh }) => refresh).length
      expect(refreshes === 1, `after a 401 the token was refreshed ${refreshes} times, not once`)
      expect(sent.length > 1 && !(outcome instanceof Error), `after a 401 and a new token: ${outcome}`)
    },
    async 'a second 401 does not refresh the token again'() {
      const { get, tokens, sent } = trial.createClient(() => refused(401))
      await rejection(get(completed))
      const refreshes = tokens.filter(({ refresh }) => refresh).length
      expect(refreshes <= 1, `the token was refreshed ${refreshes} times`)
      expect(sent.length <= 2, `${sent.length} requests were sent with a token that is refused`)
    },
    async 'without retries, one request is sent'() {
      const { get, sent } = trial.createClient(() => refused(503))
      await rejection(get(completed))
      expect(sent.length === 1, `with retries: 0, ${sent.length} requests were sent`)
    },
    'get refuses invalid ids before any request': () =>
      refusesRefs(trial, badRefs, ({ get }, ref) => get(ref)),
    'a redirect is not followed, but reported as redirect'() {
      const tested = trial.createClient(({ url }, real) =>
        url.startsWith(elsewhere) ? real() : Response.redirect(`${elsewhere}/exports`),
      )
      return refusesRedirect(tested, tested.get(completed))
    },
    'a connection that fails is reported as network': () => failing(() => Response.error(), 'network'),
    'a truncated answer is reported as network'() {
      const pull = () => Promise.reject(new TypeError('terminated'))
      return failing(() => new Response(new ReadableStream({ pull })), 'network')
    },
  }
  for (const [status, code] of Object.entries(codes)) {
    checks[`HTTP ${status} is reported as ${code}`] = async () => {
      const { httpStatus } = (await failing(() => refused(Number(status)), code)) as ApiError
      expect(
        httpStatus === Number(status),
        `the error's httpStatus is ${httpStatus}, and should be ${status}`,
      )
    }
  }
  if (missing !== undefined) {
    checks['get rejects an export the vendor does not know as not-found'] = () =>
      refusal(trial.createClient().get(missing), 'not-found')
  }
  return checks

  /** The `retryAfter` of a job that has not ended, or whose status is unknown, when the answer has this header. */
  async function retryAfterOf(hint: string): Promise<number | undefined> {
    const active = refs.running ?? refs.pending ?? refs.unknown
    const statuses = active === undefined ? (await survey(trial, completed)).statuses : []
    const answer = changed(statuses, () => foreignWord)
    const job = await trial
      .createClient(async (...request) => {
        const response = await answer(...request)
        return remade(response, await response.text(), { 'retry-after': hint })
      })
      .get(active ?? completed)
    return 'retryAfter' in job ? job.retryAfter : undefined
  }
}

/** Checks of `start`: a request that is sent twice starts a second export. */
export function startChecks<Ref>(trial: Trial<Ref>): Checks {
  const start = ({ client }: ClientUnderTest<Ref>) => settled(Promise.resolve(client.start?.(trial.params)))
  return {
    async 'get takes what start returns'() {
      const tested = trial.createClient()
      await tested.get((await start(tested)) as Ref)
    },
    async 'a start is never retried'() {
      const failures: Answer[] = [() => json({ error: 'busy' }, 503), () => Response.error()]
      for (const answer of failures) {
        const tested = trial.createClient(answer)
        await rejection(start(tested))
        expect(tested.sent.length === 1, `${tested.sent.length} requests were sent to start one export`)
      }
    },
    async 'a start whose answer has no id is refused as unexpected-shape'() {
      for (const body of [{}, [], { id: null }, 'started'])
        await refusal(start(trial.createClient(() => json(body))), 'unexpected-shape', 'not-json')
    },
  }
}

/** Checks of `cancel`. */
export const cancelChecks = <Ref>(trial: Trial<Ref>, badRefs: readonly Ref[]): Checks => ({
  'cancel refuses invalid ids before any request': () =>
    refusesRefs(trial, badRefs, ({ client }, ref) => client.cancel?.(ref)),
})

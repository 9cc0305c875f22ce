import { inspect } from 'node:util'
import { htmlPage, json } from '../answers.ts'
import { expect } from './check-job.ts'
import type { Check } from './conformance.ts'
import { gone } from './places.ts'
import { survey } from './survey.ts'
import { type Answer, changed, nameOfThrown, rejection, remade, type Trial } from './trial.ts'

const bodyText = 'words-of-a-page-that-nobody-asked-for'

/** Where a credential may not be seen, and what somebody lends to every object. */
export function secretChecks<Ref>(trial: Trial<Ref>): Check[] {
  const { completed, failed } = trial.refs
  // Quotes whatever it was sent, as the errors and the pages of some servers do.
  const quote = ({ url, headers }: Request, secrets: readonly string[]) =>
    `${url} ${[...headers].join()} ${secrets.join()}`

  /** What `get` rejects with when it is answered thus; it shows no credential. */
  async function failure(answer: (quoted: string, secrets: readonly string[]) => Response): Promise<unknown> {
    const { get, secrets } = trial.subject((request, _, __, secrets) =>
      answer(quote(request, secrets), secrets),
    )
    const error = await rejection(get(completed))
    hides(error, secrets, 'the error')
    return error
  }

  /** Jobs of which the vendor quotes the credentials in every text. */
  async function quotingJobs() {
    const quoting = async (ref: Ref) => {
      const { places, ids, statuses } = await survey(trial, ref)
      const texts = places.filter(
        (place) => typeof place.value === 'string' && !ids.includes(place) && !statuses.includes(place),
      )
      const subject = trial.subject(async (request, real, nth, secrets) => {
        const quoted = secrets.join(' ')
        const response = await changed(texts, () => quoted)(request, real, nth, secrets)
        return remade(response, await response.text(), { 'x-request-id': quoted })
      })
      return { ...subject, job: await subject.get(ref) }
    }
    return Promise.all((failed === undefined ? [completed] : [completed, failed]).map(quoting))
  }

  return [
    {
      name: 'the error of a failed connection shows no credential',
      async run() {
        await failure((quoted) => {
          throw new TypeError(`fetch failed: ${quoted}`, { cause: new Error(quoted) })
        })
      },
    },
    {
      name: 'the error of a refusal shows no credential',
      async run() {
        await failure((quoted, secrets) => {
          const problem = { title: quoted, detail: quoted, message: quoted, error: quoted }
          return json({ ...problem, errors: [problem] }, 403, { 'x-request-id': secrets.join() })
        })
      },
    },
    {
      name: 'the error of an answer that cannot be read shows no credential, and nothing of the body',
      async run() {
        const errors = [
          await failure((quoted) => remade(htmlPage(), `<p>${bodyText} ${quoted}</p>`)),
          await failure((quoted) => json({ id: { [bodyText]: quoted }, status: [bodyText, quoted] })),
        ]
        for (const error of errors) hides(error, [bodyText], 'the error', 'the body of the answer')
      },
    },
    {
      name: 'a job shows no credential outside of raw',
      async run() {
        for (const { job, secrets } of await quotingJobs()) {
          const { raw: _, ...rest } = job
          hides(rest, secrets, 'the job')
        }
      },
    },
    {
      name: 'raw shows no credential that the request was sent with',
      async run() {
        for (const { job, sent, secrets } of await quotingJobs()) {
          const values = sent.flatMap(({ headers }) => [...headers.values()])
          const used = secrets.filter((secret) => values.some((value) => value.includes(secret)))
          hides(job.raw, used, 'raw')
        }
      },
    },
    {
      name: 'a client shows no credential',
      async run() {
        const { client, get, secrets } = trial.subject()
        await get(completed)
        hides(client, secrets, 'the client')
      },
    },
    {
      name: 'a credential is never in a URL',
      async run() {
        const { get, sent, secrets } = trial.subject()
        await get(completed)
        for (const { url } of sent) hides(decodeURIComponent(url), secrets, 'the URL of a request')
      },
    },
    {
      name: 'a polluted Object.prototype changes nothing',
      async run() {
        const { statuses, places } = await survey(trial, completed)
        const keys = places.flatMap(({ path }) => path.filter((key) => typeof key === 'string'))
        const whole = await recorded(trial)
        const seen = (answer: Answer) => () =>
          trial
            .subject(answer)
            .get(completed)
            .then(
              (job) => JSON.stringify(job),
              (error: unknown) => nameOfThrown(error),
            )
        const clean = await seen(whole())()
        const changes = async (names: string[]) => {
          const lent = Object.fromEntries(names.map((name) => [name, 'polluted']))
          return (await polluted(lent, seen(whole()))) !== clean
        }
        const names = [...new Set([...ofOptions, ...keys])].filter((name) => !ofRuntime.includes(name))
        if (await changes(names)) {
          const found = []
          for (const name of names) if (await changes([name])) found.push(name)
          throw new Error(`get is another with Object.prototype.${found.join(' or .')}`)
        }
        const bare = await recorded(
          trial,
          changed(statuses, () => gone),
        )
        const words = Object.fromEntries(statuses.map(({ path, value }) => [String(path.at(-1)), value]))
        const isSame = (await seen(bare())()) === (await polluted(words, seen(bare())))
        expect(isSame, 'a status that stands on Object.prototype only is taken for the answer')
      },
    },
  ]
}

// What may be read off an object of options or fields.
const ofOptions =
  // biome-ignore format: one line says as much as thirty
  ['timeout', 'retries', 'token', 'baseUrl', 'range', 'ifMatch', 'refresh', 'url', 'path', 'params', 'query', 'json', 'schema', 'ref', 'reason', 'progress', 'download', 'createdAt', 'completedAt', 'expiresAt', 'totalRecords', 'fileSize', 'retryAfter']

// What the runtime itself reads off Object.prototype: of that no client is to blame.
const ofRuntime =
  // biome-ignore format: one line says as much as twenty
  ['method', 'headers', 'body', 'referrer', 'referrerPolicy', 'mode', 'credentials', 'cache', 'redirect', 'integrity', 'keepalive', 'signal', 'duplex', 'priority', 'window', 'dispatcher', 'statusText', 'value', 'done', 'get', 'set', 'then']

/** Answers with what was answered before, so that no code of the vendor runs while a prototype is polluted. */
async function recorded<Ref>(trial: Trial<Ref>, answer: Answer = (_, real) => real()): Promise<() => Answer> {
  const answers: Response[] = []
  const recorder = trial.subject(async (...request) => {
    const response = await answer(...request)
    answers.push(response.clone())
    return response
  })
  await recorder.get(trial.refs.completed).catch(() => undefined)
  return () => {
    const ready = answers.map((each) => each.clone())
    return (_, __, nth) => ready[nth] ?? Response.error()
  }
}

/** Runs something while every object inherits these properties; they show in no loop. */
async function polluted<Value>(lent: Record<string, unknown>, run: () => Promise<Value>): Promise<Value> {
  const names = Object.keys(lent).filter((name) => !(name in Object.prototype))
  const descriptors = names.map((name) => ({
    value: lent[name],
    configurable: true,
    writable: true,
    enumerable: false,
  }))
  try {
    names.forEach((name, index) => {
      Object.defineProperty(Object.prototype, name, descriptors[index] as PropertyDescriptor)
    })
    return await run()
  } finally {
    for (const name of names) delete (Object.prototype as Record<string, unknown>)[name]
  }
}

/** Fails where one of the secrets shows in what can be seen of a value. */
export function hides(
  value: unknown,
  secrets: readonly string[],
  what: string,
  whose = 'a credential',
): void {
  for (const [sink, text] of sinksOf(value)) {
    for (const secret of secrets) {
      const isShown = [secret, encodeURIComponent(secret)].some((form) => text.includes(form))
      expect(!isShown, `${what} shows ${whose} in its ${sink}`)
    }
  }
}

/** All that can be seen of a value, by where it is seen. */
function sinksOf(value: unknown): [sink: string, text: string][] {
  const sinks: [string, string][] = []
  for (let link = value, depth = 0; link instanceof Error && depth < 8; link = link.cause, depth++) {
    const whose = depth === 0 ? '' : 'cause: its '
    sinks.push([`${whose}message`, link.message], [`${whose}stack`, link.stack ?? ''])
  }
  sinks.push(['inspection', inspect(value, { depth: 8, showHidden: true })])
  sinks.push(['JSON', JSON.stringify(value) ?? ''], ['text', String(value)])
  return sinks
}

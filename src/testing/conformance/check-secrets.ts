import { inspect } from 'node:util'
import { htmlPage, json } from '../answers.ts'
import { changed, gone, remade, survey } from './places.ts'
import { type Answer, type Checks, expect, nameOfThrown, rejection, type Trial } from './trial.ts'

const bodyText = 'words-of-a-page-that-nobody-asked-for'

/** Checks that nothing shows a credential, and that a polluted `Object.prototype` changes nothing. */
export function secretChecks<Ref>(trial: Trial<Ref>): Checks {
  const { completed, failed } = trial.refs
  /** What `get` rejects with after an answer that quotes the request, as some servers do, checked to show no credential. */
  async function failure(answer: (quoted: string, secrets: readonly string[]) => Response): Promise<unknown> {
    const { get, secrets } = trial.createClient(({ url, headers }, _, __, secrets) =>
      answer(`${url} ${[...headers].join()} ${secrets.join()}`, secrets),
    )
    const error = await rejection(get(completed))
    hides(error, secrets, 'the error')
    return error
  }

  /** Jobs from answers in which every text quotes the credentials. */
  async function quotingJobs() {
    const quoting = async (ref: Ref) => {
      const { places, ids, statuses } = await survey(trial, ref)
      const texts = places.filter(
        (place) => typeof place.value === 'string' && !ids.includes(place) && !statuses.includes(place),
      )
      const tested = trial.createClient(async (request, real, nth, secrets) => {
        const quoted = secrets.join(' ')
        const response = await changed(texts, () => quoted)(request, real, nth, secrets)
        return remade(response, await response.text(), { 'x-request-id': quoted })
      })
      return { ...tested, job: await tested.get(ref) }
    }
    return Promise.all((failed === undefined ? [completed] : [completed, failed]).map(quoting))
  }

  return {
    async 'the error of a failed connection shows no credential'() {
      await failure((quoted) => {
        throw new TypeError(`fetch failed: ${quoted}`, { cause: new Error(quoted) })
      })
    },
    async 'the error of a refusal shows no credential'() {
      await failure((quoted, secrets) => {
        const problem = { title: quoted, detail: quoted, message: quoted, error: quoted }
        return json({ ...problem, errors: [problem] }, 403, { 'x-request-id': secrets.join() })
      })
    },
    async 'the error of an answer that cannot be read shows no credential, and nothing of the body'() {
      const errors = [
        await failure((quoted) => remade(htmlPage(), `<p>${bodyText} ${quoted}</p>`)),
        await failure((quoted) => json({ id: { [bodyText]: quoted }, status: [bodyText, quoted] })),
      ]
      for (const error of errors) hides(error, [bodyText], 'the error', 'the body of the answer')
    },
    async 'a job shows no credential outside of raw'() {
      for (const { job, secrets } of await quotingJobs()) {
        const { raw: _, ...rest } = job
        hides(rest, secrets, 'the job')
      }
    },
    async 'raw shows no credential that the request was sent with'() {
      for (const { job, sent, secrets } of await quotingJobs()) {
        const values = sent.flatMap(({ headers }) => [...headers.values()])
        const used = secrets.filter((secret) => values.some((value) => value.includes(secret)))
        hides(job.raw, used, 'raw')
      }
    },
    async 'a client shows no credential'() {
      const { client, get, secrets } = trial.createClient()
      await get(completed)
      hides(client, secrets, 'the client')
    },
    async 'a credential is never in a URL'() {
      const { get, sent, secrets } = trial.createClient()
      await get(completed)
      for (const { url } of sent) hides(decodeURIComponent(url), secrets, 'the URL of a request')
    },
    async 'a polluted Object.prototype changes nothing'() {
      const { statuses, places } = await survey(trial, completed)
      const keys = places.flatMap(({ path }) => path.filter((key) => typeof key === 'string'))
      const whole = await recorded(trial)
      const seen = (answer: Answer) => () =>
        trial
          .createClient(answer)
          .get(completed)
          .then((job) => JSON.stringify(job), nameOfThrown)
      const clean = await seen(whole())()
      const changes = async (names: string[]) => {
        const added = Object.fromEntries(names.map((name) => [name, 'polluted']))
        return (await polluted(added, seen(whole()))) !== clean
      }
      const names = [...new Set([...ofOptions, ...keys])].filter((name) => !ofRuntime.includes(name))
      if (await changes(names)) {
        const found = []
        for (const name of names) if (await changes([name])) found.push(name)
        throw new Error(`get answers differently with Object.prototype.${found.join(' or .')}`)
      }
      const toGone = changed(statuses, () => gone)
      const bare = await recorded(trial, toGone)
      const words = Object.fromEntries(statuses.map(({ path, value }) => [String(path.at(-1)), value]))
      const isSame = (await seen(bare())()) === (await polluted(words, seen(bare())))
      expect(isSame, 'the status is read from Object.prototype')
    },
  }
}

// Properties that code may read from an object of options or fields.
const ofOptions =
  // biome-ignore format: one line says as much as thirty
  ['timeout', 'retries', 'token', 'baseUrl', 'range', 'ifMatch', 'refresh', 'url', 'path', 'params', 'query', 'json', 'schema', 'ref', 'reason', 'progress', 'download', 'createdAt', 'completedAt', 'expiresAt', 'totalRecords', 'fileSize', 'retryAfter']

// Properties that the runtime itself reads from Object.prototype: no client can prevent that.
const ofRuntime =
  // biome-ignore format: one line says as much as twenty
  ['method', 'headers', 'body', 'referrer', 'referrerPolicy', 'mode', 'credentials', 'cache', 'redirect', 'integrity', 'keepalive', 'signal', 'duplex', 'priority', 'window', 'dispatcher', 'statusText', 'value', 'done', 'get', 'set', 'then']

/** Records the vendor's answers and replays them, so that no code of the vendor runs while the prototype is polluted. */
async function recorded<Ref>(trial: Trial<Ref>, answer: Answer = (_, real) => real()): Promise<() => Answer> {
  const answers: Response[] = []
  const recorder = trial.createClient(async (...request) => {
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

/** Runs something while every object inherits these properties, which are not enumerable. */
async function polluted<Value>(added: Record<string, unknown>, run: () => Promise<Value>): Promise<Value> {
  const names = Object.keys(added).filter((name) => !(name in Object.prototype))
  // Prepared before: a polluted `get` or `set` would make the descriptors invalid.
  const descriptors = names.map(
    (name) =>
      [
        Object.prototype,
        name,
        { value: added[name], configurable: true, writable: true, enumerable: false },
      ] as const,
  )
  try {
    for (const descriptor of descriptors) Object.defineProperty(...descriptor)
    return await run()
  } finally {
    for (const name of names) delete (Object.prototype as Record<string, unknown>)[name]
  }
}

/** Checks that none of the secrets is visible in a value. */
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

/** All texts in which a value can be seen. */
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

import { bodyLimit } from '../../http/read-body.ts'
import { htmlPage } from '../answers.ts'
import { changed, foreignWord, gone, type Place, remade, survey } from './places.ts'
import { type Answer, type Checks, expect, refusal, type Trial } from './trial.ts'

/** Checks of how a client reads an answer with status 200. */
export function answerChecks<Ref>(trial: Trial<Ref>): Checks {
  const { refs } = trial
  const { completed } = refs
  const get = (answer: Answer, ref = completed) => trial.createClient(answer).get(ref)
  const { missing: _, ...known } = refs

  async function refuses(bodies: (BodyInit | null)[], ...codes: string[]): Promise<void> {
    for (const body of bodies)
      await refusal(
        get(async (_, real) => bodied(await real(), body)),
        ...codes,
      )
  }

  return {
    'HTML under 200 is refused as not-json': () => refusal(get(htmlPage), 'not-json'),
    'an empty body is refused as not-json': () => refuses(['', null], 'not-json', 'unexpected-shape'),
    'truncated JSON is refused as not-json': () => refuses(['{"id":', '[{}'], 'not-json'),
    'JSON of another shape is refused as unexpected-shape': () =>
      refuses(['null', '[]', '{}', '"done"', '7', 'true'], 'unexpected-shape', 'not-json', 'wrong-job'),
    'a body of more than 8 MiB is refused as too-large': () =>
      refusal(
        get(async (_, real) => padded(await real())),
        'too-large',
      ),
    async 'JSON of a wrong Content-Type is read'() {
      const answer: Answer = async (_, real) => {
        const response = await real()
        return remade(response, await response.text(), { 'content-type': 'text/plain' })
      }
      const { status } = await get(answer)
      expect(status === 'completed', `the job is ${status}, and should be completed`)
    },
    async "another job's id is refused as wrong-job"() {
      const { ids } = await survey(trial, completed)
      if (ids.length > 0)
        await refusal(get(changed(ids, ({ value }) => otherId(value))), 'wrong-job', 'not-found')
    },
    async 'an id that only contains the requested one, or a part of it, is refused as wrong-job'() {
      const { ids } = await survey(trial, completed)
      for (const each of ids.length > 0 ? similarIds : []) {
        const answer = changed(ids, ({ value }) => ofSameType(value, each(String(value))))
        await refusal(get(answer), 'wrong-job', 'not-found', 'unexpected-shape')
      }
    },
    async 'an answer without the id is refused'() {
      const { ids } = await survey(trial, completed)
      for (const value of ids.length > 0 ? [gone, null, '', {}] : [])
        await refusal(get(changed(ids, () => value)), 'unexpected-shape', 'wrong-job', 'not-found')
    },
    async 'an unknown status is unknown, never completed'() {
      // `get answers an unknown job` has checked it.
      if (refs.unknown !== undefined) return
      const { job, statuses } = await survey(trial, completed)
      expect(
        statuses.length > 0,
        `nothing in the answer is '${job.rawStatus}': give an export of an unknown status as refs.unknown`,
      )
      const { status } = await get(changed(statuses, () => foreignWord))
      expect(status === 'unknown', `the status '${foreignWord}' makes a ${status} job`)
    },
    async 'a status that only contains a published word is unknown'() {
      for (const ref of Object.values(known)) {
        const { job, statuses } = await survey(trial, ref as Ref)
        const words = statuses.some(({ value }) => typeof value === 'string') ? containing(job.rawStatus) : []
        for (const word of words) {
          const { status } = await get(
            changed(statuses, () => word),
            ref as Ref,
          )
          expect(status === 'unknown', `the status '${word}' makes a ${status} job`)
        }
      }
    },
    async 'an answer without a status is never completed'() {
      const { statuses } = await survey(trial, completed)
      for (const value of statuses.length > 0 ? [gone, null, {}, 7] : [])
        await neverCompleted(statuses, value)
    },
  }

  async function neverCompleted(statuses: readonly Place[], value: unknown): Promise<void> {
    const what = value === gone ? 'no status' : `the status ${JSON.stringify(value)}`
    const job = await get(changed(statuses, () => value)).catch((error: unknown) => {
      return refusal(Promise.reject(error), 'unexpected-shape').then(() => undefined)
    })
    expect(!job || job.status === 'unknown', `${what} makes a ${job?.status} job`)
  }
}

/** Another id of the same kind: a UUID stays one, a number too. */
function otherId(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  return String(value).replace(/^(.*)([a-z\d])/is, (_, before, last) => before + (last === '0' ? '1' : '0'))
}

const similarIds: ((id: string) => string)[] = [(id) => `${id}0`, (id) => `1${id}`, (id) => id.slice(0, -1)]

const ofSameType = (value: unknown, id: string): unknown => (typeof value === 'number' ? Number(id) : id)

const containing = (word: string): string[] => [`${word}-${foreignWord}`, `${foreignWord}-${word}`]

const bodied = (response: Response, body: BodyInit | null): Response =>
  body === null ? new Response(null, { status: 204 }) : remade(response, body)

/** The same JSON, padded with spaces beyond the limit. */
async function padded(response: Response): Promise<Response> {
  const spaces = new Uint8Array(bodyLimit + 1).fill(0x20)
  return remade(response, new Blob([await response.text(), spaces]))
}

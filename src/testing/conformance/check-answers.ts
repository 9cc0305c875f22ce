import { bodyLimit } from '../../http/read-body.ts'
import type { ExportJob } from '../../job.ts'
import { htmlPage } from '../answers.ts'
import { checkJob, expect } from './check-job.ts'
import type { Check } from './conformance.ts'
import { gone, holds, nameOf, type Place } from './places.ts'
import { foreignWord, survey } from './survey.ts'
import { type Answer, changed, nameOfThrown, refusal, remade, type Trial } from './trial.ts'

/** What a client makes of what the vendor answers under 200. */
export function answerChecks<Ref>(trial: Trial<Ref>): Check[] {
  const { refs } = trial
  const { completed } = refs
  const get = (answer: Answer, ref = completed) => trial.subject(answer).get(ref)
  const { missing: _, ...known } = refs

  const refused = (what: string, answers: (Answer | BodyInit | null)[], ...codes: string[]): Check => ({
    name: `${what} is refused as ${codes[0]}`,
    async run() {
      for (const each of answers) {
        const answer: Answer =
          typeof each === 'function' ? each : async (_, real) => bodied(await real(), each)
        await refusal(get(answer), ...codes)
      }
    },
  })

  return [
    ...Object.entries(known).map(([status, ref]) => ({
      name: `get answers a ${status} job`,
      async run() {
        const { client, get } = trial.subject()
        checkJob(await get(ref as Ref), client.vendor, status, ref)
      },
    })),
    refused('HTML under 200', [htmlPage], 'not-json'),
    refused('an empty body', ['', null], 'not-json', 'unexpected-shape'),
    refused('JSON that breaks off', ['{"id":', '[{}'], 'not-json'),
    refused(
      'JSON of another shape',
      ['null', '[]', '{}', '"done"', '7', 'true'],
      'unexpected-shape',
      'not-json',
      'wrong-job',
    ),
    refused('a body of more than 8 MiB', [async (_, real) => padded(await real())], 'too-large'),
    {
      name: 'JSON of a wrong Content-Type is read',
      async run() {
        const answer: Answer = async (_, real) => {
          const response = await real()
          return remade(response, await response.text(), { 'content-type': 'text/plain' })
        }
        const { status } = await get(answer)
        expect(status === 'completed', `the job is ${status}, and should be completed`)
      },
    },
    {
      name: "another job's id is refused as wrong-job",
      async run() {
        const { ids } = await survey(trial, completed)
        if (ids.length > 0)
          await refusal(get(changed(ids, ({ value }) => otherId(value))), 'wrong-job', 'not-found')
      },
    },
    {
      name: 'an id that only contains the one asked for, or a part of it, is refused as wrong-job',
      async run() {
        const { ids } = await survey(trial, completed)
        for (const each of ids.length > 0 ? similarIds : []) {
          const answer = changed(ids, ({ value }) => alike(value, each(String(value))))
          await refusal(get(answer), 'wrong-job', 'not-found', 'unexpected-shape')
        }
      },
    },
    {
      name: 'an answer without the id is refused',
      async run() {
        const { ids } = await survey(trial, completed)
        for (const value of ids.length > 0 ? [gone, null, '', {}] : [])
          await refusal(get(changed(ids, () => value)), 'unexpected-shape', 'wrong-job', 'not-found')
      },
    },
    {
      name: 'an unknown status is never completed, but unknown',
      async run() {
        // `respond` shows one itself.
        if (refs.unknown !== undefined) return
        const { job, statuses } = await survey(trial, completed)
        expect(
          statuses.length > 0,
          `nothing in the answer is '${job.rawStatus}': give an export of an unknown status as refs.unknown`,
        )
        const { status } = await get(changed(statuses, () => foreignWord))
        expect(status === 'unknown', `the status '${foreignWord}' makes a ${status} job`)
      },
    },
    {
      name: 'a status that only contains a published word is unknown',
      async run() {
        for (const ref of Object.values(known)) {
          const { job, statuses } = await survey(trial, ref as Ref)
          const words = statuses.some(({ value }) => typeof value === 'string')
            ? containing(job.rawStatus)
            : []
          for (const word of words) {
            const { status } = await get(
              changed(statuses, () => word),
              ref as Ref,
            )
            expect(status === 'unknown', `the status '${word}' makes a ${status} job`)
          }
        }
      },
    },
    {
      name: 'an answer without a status is never completed',
      async run() {
        const { statuses } = await survey(trial, completed)
        for (const value of statuses.length > 0 ? [gone, null, {}, 7] : [])
          await neverCompleted(statuses, value)
      },
    },
    ...(['null', 'missing', 'of another type'] as const).map((what) => ({
      name: `what is ${what} is absent from the job`,
      async run() {
        for (const [status, ref] of Object.entries(known)) await checkFields(status, ref as Ref, what)
      },
    })),
  ]

  async function neverCompleted(statuses: readonly Place[], value: unknown): Promise<void> {
    const what = value === gone ? 'no status' : `the status ${JSON.stringify(value)}`
    const job = await get(changed(statuses, () => value)).catch((error: unknown) => {
      return refusal(Promise.reject(error), 'unexpected-shape').then(() => undefined)
    })
    expect(!job || job.status === 'unknown', `${what} makes a ${job?.status} job`)
  }

  /** Nothing but the id and the status may be needed. */
  async function checkFields(status: string, ref: Ref, what: 'null' | 'missing' | 'of another type') {
    const { job, places, ids, statuses } = await survey(trial, ref)
    const needed = [...ids, ...statuses]
    const optional = places.filter((place) => !needed.some((each) => holds(place, each)))
    const values = {
      null: () => null,
      missing: () => gone,
      'of another type': ({ value }: Place) => odd(value),
    }
    for (const place of optional) {
      const { client, get } = trial.subject(changed([place], values[what]))
      const where = `with ${nameOf(place)} ${what}`
      const seen = await get(ref).catch((error: unknown) => {
        throw new Error(`${where}, get rejected with ${nameOfThrown(error)}`)
      })
      // An export may be expired for no other reason than its time, and a status be made of two fields.
      const isSame = seen.rawStatus === job.rawStatus && status !== 'expired'
      expect(!isSame || seen.status === job.status, `${where}, the job is ${seen.status}, not ${job.status}`)
      const [before, after] = [job, seen].map((each) => problemOf(each, client.vendor, ref))
      // What is wrong without the change as well is told by the check of that state.
      expect(before !== undefined || after === undefined, `${where}, ${after}`)
    }
  }
}

function problemOf(job: ExportJob, vendor: string, ref: unknown): string | undefined {
  try {
    checkJob(job, vendor, job.status, ref)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Another id of the same kind: a UUID stays one, a number too. */
function otherId(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  return String(value).replace(/^(.*)([a-z\d])/is, (_, before, last) => before + (last === '0' ? '1' : '0'))
}

const similarIds: ((id: string) => string)[] = [(id) => `${id}0`, (id) => `1${id}`, (id) => id.slice(0, -1)]

const alike = (value: unknown, id: string): unknown => (typeof value === 'number' ? Number(id) : id)

const containing = (word: string): string[] => [`${word}-${foreignWord}`, `${foreignWord}-${word}`]

function odd(value: unknown): unknown {
  if (value === null) return [7]
  return typeof value === 'string' ? { odd: value } : 'odd'
}

const bodied = (response: Response, body: BodyInit | null): Response =>
  body === null ? new Response(null, { status: 204 }) : remade(response, body)

/** The same JSON, and spaces beyond what is read of it. */
async function padded(response: Response): Promise<Response> {
  const spaces = new Uint8Array(bodyLimit + 1).fill(0x20)
  return remade(response, new Blob([await response.text(), spaces]))
}

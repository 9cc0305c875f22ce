import { inspect } from 'node:util'
import type { ExportJob } from '../../job.ts'
import { changed, gone, holds, nameOf, type Place, survey } from './places.ts'
import { type Checks, expect, nameOfThrown, type Trial } from './trial.ts'

/** Checks of the job that `get` resolves with, in each state. */
export function jobChecks<Ref>(trial: Trial<Ref>): Checks {
  const { missing: _, ...known } = trial.refs
  const states = Object.entries(known) as [status: string, ref: Ref][]
  const replacements = {
    null: () => null,
    missing: () => gone,
    'of another type': ({ value }: Place) => ofAnotherType(value),
  }
  const checks: Checks = {}
  for (const [status, ref] of states) {
    checks[`get answers a ${status} job`] = async () => {
      const { client, get } = trial.createClient()
      checkJob(await get(ref), client.vendor, status, ref)
    }
  }
  for (const [what, replace] of Object.entries(replacements)) {
    checks[`a field that is ${what} is absent from the job`] = async () => {
      for (const [status, ref] of states) await checkFields(status, ref, what, replace)
    }
  }
  return checks

  /** A client needs nothing but the id and the status: every other field may change without an error. */
  async function checkFields(status: string, ref: Ref, what: string, replace: (place: Place) => unknown) {
    const { job, places, ids, statuses } = await survey(trial, ref)
    const needed = [...ids, ...statuses]
    for (const place of places.filter((place) => !needed.some((each) => holds(place, each)))) {
      const { client, get } = trial.createClient(changed([place], replace))
      const where = `with ${nameOf(place)} ${what}`
      const seen = await get(ref).catch((error: unknown) => {
        throw new Error(`${where}, get rejected with ${nameOfThrown(error)}`)
      })
      // The changed field may make the job expired, or be part of its status.
      const isSame = seen.rawStatus === job.rawStatus && status !== 'expired'
      expect(!isSame || seen.status === job.status, `${where}, the job is ${seen.status}, not ${job.status}`)
      const [before, after] = [job, seen].map((each) => problemOf(each, client.vendor, ref))
      // A problem that also exists without the change is reported by the check of that state.
      expect(before !== undefined || after === undefined, `${where}, ${after}`)
    }
  }
}

function ofAnotherType(value: unknown): unknown {
  if (value === null) return [7]
  return typeof value === 'string' ? { odd: value } : 'odd'
}

function problemOf(job: ExportJob, vendor: string, ref: unknown): string | undefined {
  try {
    checkJob(job, vendor, job.status, ref)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const activeFields = ['progress', 'retryAfter']
const ownFields: Record<ExportJob['status'], readonly string[]> = {
  pending: activeFields,
  running: activeFields,
  unknown: activeFields,
  completed: ['download'],
  failed: ['reason'],
  canceled: ['reason'],
  expired: [],
}
const times = ['createdAt', 'completedAt', 'expiresAt', 'answeredAt']
const memberFields = Object.values(ownFields).flat()

/**
 * Checks that a job has the fields of its status and no made-up values.
 *
 * @param status - the status that the export is known to have
 * @throws Error that says what is wrong.
 */
function checkJob(job: ExportJob, vendor: string, status: string, ref: unknown): void {
  expect(job.status === status, `status is '${job.status}', not '${status}'`)
  expect(job.vendor === vendor, `vendor is '${job.vendor}', not the client's '${vendor}'`)
  expect(typeof job.id === 'string' && job.id !== '', 'id is not a non-empty string')
  expect(typeof job.rawStatus === 'string', 'rawStatus is not a string')
  expect(inspect(job.ref) === inspect(ref), 'ref is not the one that was requested')
  expect('raw' in job, 'raw is absent')
  expect(job.status !== 'failed' || typeof job.reason === 'string', 'a failed job has no reason')
  const { requestId = 'absent' } = job
  expect(typeof requestId === 'string' && requestId !== '', 'requestId is not a non-empty string')
  const reason = job.status === 'canceled' ? (job.reason ?? 'absent') : 'absent'
  expect(typeof reason === 'string', 'the reason of a canceled job is not a string')
  for (const [name, value] of Object.entries(job)) {
    if (name === 'raw') continue
    const foreign = memberFields.includes(name) && !ownFields[job.status].includes(name)
    expect(!foreign, `${name} does not belong on a ${status} job`)
    expect(value !== undefined && value !== null, `${name} is ${value}: an unknown value has to be absent`)
    const isTime = times.includes(name)
    expect(!isTime || (value instanceof Date && value.getTime() > 0), `${name} is not a valid date`)
  }
  const early = job.status === 'pending' || job.status === 'running'
  expect(
    !early || job.totalRecords !== 0,
    'totalRecords is 0 before the end: an unknown value has to be absent',
  )
  expect(!early || job.fileSize !== 0, 'fileSize is 0 before the end: an unknown value has to be absent')
}

import { inspect } from 'node:util'
import type { ExportJob } from '../../job.ts'

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
 * Checks one job against the promises of the model: the right member of the union, nothing made up.
 *
 * @param job - what `get` resolved with
 * @param vendor - the client's vendor
 * @param status - the status the export is known to have
 * @param ref - what `get` was given
 * @throws Error that says which promise is broken.
 */
export function checkJob(job: ExportJob, vendor: string, status: string, ref: unknown): void {
  expect(job.status === status, `status is '${job.status}', not '${status}'`)
  expect(job.vendor === vendor, `vendor is '${job.vendor}', not the client's '${vendor}'`)
  expect(typeof job.id === 'string' && job.id !== '', 'id is no text')
  expect(typeof job.rawStatus === 'string', 'rawStatus is no text')
  expect(inspect(job.ref) === inspect(ref), 'ref is not the one that was asked for')
  expect('raw' in job, 'raw is absent')
  expect(job.status !== 'failed' || typeof job.reason === 'string', 'a failed job has no reason')
  const { requestId = 'absent' } = job
  expect(typeof requestId === 'string' && requestId !== '', 'requestId is no text')
  const reason = job.status === 'canceled' ? (job.reason ?? 'absent') : 'absent'
  expect(typeof reason === 'string', 'the reason of a canceled job is no text')
  for (const [name, value] of Object.entries(job)) {
    if (name === 'raw') continue
    const foreign = memberFields.includes(name) && !ownFields[job.status].includes(name)
    expect(!foreign, `${name} does not belong on a ${status} job`)
    expect(value !== undefined && value !== null, `${name} is ${value}: what is unknown has to be absent`)
    const isTime = times.includes(name)
    expect(
      !isTime || (value instanceof Date && value.getTime() > 0),
      `${name} is no date a vendor could mean`,
    )
  }
  const early = job.status === 'pending' || job.status === 'running'
  expect(!early || job.totalRecords !== 0, 'totalRecords is 0 before the end: unknown has to be absent')
  expect(!early || job.fileSize !== 0, 'fileSize is 0 before the end: unknown has to be absent')
}

/**
 * @param holds - whether the promise is kept
 * @param otherwise - what is wrong if it is not
 */
export function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}

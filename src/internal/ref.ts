import { ConfigurationError } from '../errors.ts'
import type { ExportJob } from '../job.ts'

/** Whether a value is an {@link ExportJob}, or one that went through JSON. */
export function isJob(value: unknown): value is ExportJob {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['id', 'ref', 'status'].every((key) => Object.hasOwn(value, key))
  )
}

/**
 * The ref of an export: as given, or that of a job.
 *
 * @throws ConfigurationError `invalid-ref` for a job of another vendor.
 */
export function toRef<Ref>(refOrJob: Ref | ExportJob<unknown, Ref>, vendor: string): Ref {
  if (!isJob(refOrJob)) return refOrJob as Ref
  if (refOrJob.vendor === undefined || refOrJob.vendor === vendor) return refOrJob.ref as Ref
  throw new ConfigurationError(
    'invalid-ref',
    `A job of ${refOrJob.vendor} was given to the ${vendor} client.`,
    vendor,
    "Use the client of the job's own vendor.",
  )
}

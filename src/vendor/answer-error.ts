import { isExportJobsError, ResponseError } from '../errors.ts'
import type { FailedRequest } from '../http/transport-error.ts'
import { describeThrown } from '../internal/describe-thrown.ts'

/**
 * What a function of a vendor threw after the vendor had answered. It stumbled over the answer: a TypeError is how code
 * says that something is not there, a ConfigurationError how a request says it of an id or a URL that it was told.
 *
 * @returns a ResponseError `unexpected-shape` for these, anything else as it is
 */
export function toAnswerError(error: unknown, { vendor, subject }: FailedRequest): unknown {
  const isMistake = isExportJobsError(error) && error.name === 'ConfigurationError'
  if (!isMistake && !(error instanceof TypeError)) return error
  const why = isMistake ? error.message : `the code of the client threw ${describeThrown(error)}.`
  return new ResponseError(
    'unexpected-shape',
    `The answer of ${vendor} for ${subject} is of no use: ${why}`,
    vendor,
    'Check the base URL, and whether the API has changed. A schema tells what is missing.',
  )
}

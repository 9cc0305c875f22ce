import { ApiError } from '../errors.ts'
import { copyOwn } from '../internal/options.ts'
import type { ClientRequest } from './client-request.ts'
import { type ReadProblem, readProblem } from './read-problem.ts'
import type { Redactor } from './redact.ts'
import { readRequestId, readRetryAfter } from './response-facts.ts'

/**
 * The error for an answer that is a refusal.
 *
 * @param text - the body of the answer, as far as it came
 */
export function toApiError(
  { vendor, subject, isCrossOrigin }: ClientRequest,
  { status, headers }: Response,
  text: string,
  problem: ReadProblem | undefined,
  redactor: Redactor,
): ApiError {
  const { title, detail, permanent = false, ...read } = copyOwn(readProblem(text, problem))
  const requestId = read.requestId ?? readRequestId(headers)
  const who = isCrossOrigin ? `The store that ${vendor} points to` : vendor
  return new ApiError(`${who} answered HTTP ${status} for ${subject}.`, {
    vendor,
    httpStatus: status,
    advice: permanent ? quotaAdvice : (isCrossOrigin ? storeAdvice : vendorAdvice).get(status),
    retryAfter: readRetryAfter(headers),
    permanent,
    requestId: requestId && redactor.text(requestId),
    problem: {
      ...(title && { title: redactor.text(title) }),
      ...(detail && { detail: redactor.text(detail) }),
    },
  })
}

const quotaAdvice = 'The quota is used up: waiting for minutes does not help.'

const vendorAdvice = new Map([
  [401, 'Check the token: it is wrong or has expired.'],
  [402, 'The plan of the account does not include this.'],
  [403, 'Check the role of the token, and the organization.'],
  [404, 'Check the id, the account and the base URL.'],
  [410, 'It is gone: start a new export.'],
  [429, 'Too many requests: try again later.'],
])

const goneAdvice = 'The file is gone: start a new export.'
const storeAdvice = new Map([
  [403, 'Its signed URL was refused or has expired: get the export again for a fresh one.'],
  [404, goneAdvice],
  [410, goneAdvice],
  [412, 'The file has changed since.'],
])

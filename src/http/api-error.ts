import { ApiError } from '../errors.ts'
import { isObject, isText } from '../internal/json.ts'
import { copyOwn } from '../internal/options.ts'
import type { ClientRequest } from './client-request.ts'
import type { Redactor } from './redact.ts'
import { readRequestId, readRetryAfter } from './response-facts.ts'

/** What the body of a refusal says, as far as it can be understood. */
export interface VendorProblem {
  readonly title?: string | undefined
  readonly detail?: string | undefined
  /** The vendor's id of the request. */
  readonly requestId?: string | undefined
  /** Trying again later does not help, whatever the status: a quota is used up. */
  readonly permanent?: boolean | undefined
}

/**
 * Reads the body of a refusal.
 *
 * @param body - parsed from JSON; undefined if it is not JSON
 * @param usual - what was read from the usual shapes
 * @returns what differs from `usual`; what is not text is ignored, and so is an error that it throws
 */
export type ReadProblem = (body: unknown, usual: VendorProblem) => VendorProblem

/**
 * Makes the error for a refusal.
 *
 * @param text - the body, as far as it arrived
 */
export function toApiError(
  { vendor, subject, isCrossOrigin }: ClientRequest,
  { status, headers }: Response,
  text: string,
  readVendorProblem: ReadProblem | undefined,
  redactor: Redactor,
): ApiError {
  const { title, detail, permanent = false, ...read } = copyOwn(readProblem(text, readVendorProblem))
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

/**
 * Reads the body of a refusal. The known shapes:
 * - Tyk `{errors: [{title, detail}]}`, and its auth layer `{error: "text"}`;
 * - Anaconda and LoyaltyDog `{detail: [{loc, msg, type}]}` and `{detail: "text"}`;
 * - their siblings `{error: {code, message, …}}` and `{code, message, status | request_id}`;
 * - Didomi `{code: number, name, message, errors}`.
 *
 * Any other body, such as HTML, gives nothing.
 *
 * @param readVendorProblem - what the vendor's own reader returns takes precedence
 */
export function readProblem(text: string, readVendorProblem?: ReadProblem): VendorProblem {
  const parsed = orUndefined(() => JSON.parse(text) as unknown)
  const body = copyOwn(isObject(parsed) ? parsed : {})
  const source = copyOwn([firstOf(body.errors), body.error].find(isObject) ?? body)
  const usual = {
    title: [source.title, source.name, source.code, source.error].find(isText),
    detail: [source.detail, source.message, validationOf(source.detail)].find(isText),
    requestId: [body.request_id].find(isText),
  }
  // A reader may throw on a body that it was not written for. The refusal is reported all the same.
  const own = copyOwn(orUndefined(() => readVendorProblem?.(parsed, usual)))
  return {
    title: [own.title, usual.title].find(isText),
    detail: [own.detail, usual.detail].find(isText),
    requestId: [own.requestId, usual.requestId].find(isText),
    permanent: own.permanent,
  }
}

function orUndefined<Value>(run: () => Value): Value | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined)

// Anything else may have no text, or be nested deeper than the stack.
const isPart = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'

// FastAPI's list of what is wrong with the request, as `body.from_date: not a date; …`.
function validationOf(list: unknown): string | undefined {
  if (!Array.isArray(list)) return undefined
  return list
    .filter(isObject)
    .map((entry) => copyOwn(entry))
    .map(({ loc, msg }) => {
      const path = Array.isArray(loc) ? [loc.filter(isPart).join('.')] : []
      return [...path, ...(isText(msg) ? [msg] : [])].join(': ')
    })
    .filter(isText)
    .join('; ')
}

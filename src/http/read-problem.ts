import { copyOwn } from '../internal/options.ts'

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
 * @param body - parsed from JSON; undefined where it is no JSON
 * @param usual - what the usual shapes tell
 * @returns what differs from that; what is no text is ignored, and so is what it throws
 */
export type ReadProblem = (body: unknown, usual: VendorProblem) => VendorProblem

/**
 * Reads the body of a refusal. The known shapes:
 * - Tyk `{errors: [{title, detail}]}`, and its auth layer `{error: "text"}`;
 * - Anaconda and LoyaltyDog `{detail: [{loc, msg, type}]}` and `{detail: "text"}`;
 * - their siblings `{error: {code, message, …}}` and `{code, message, status | request_id}`;
 * - Didomi `{code: number, name, message, errors}`.
 *
 * Any other shape, such as HTML, says nothing.
 *
 * @param readVendorProblem - what the vendor's own reader finds goes first
 */
export function readProblem(text: string, readVendorProblem?: ReadProblem): VendorProblem {
  const parsed = parse(text)
  const body = copyOwn(isObject(parsed) ? parsed : {})
  const source = copyOwn([firstOf(body.errors), body.error].find(isObject) ?? body)
  const usual = {
    title: [source.title, source.name, source.code, source.error].find(isText),
    detail: [source.detail, source.message, validationOf(source.detail)].find(isText),
    requestId: [body.request_id].find(isText),
  }
  const own = copyOwn(readVendorProblem && readOwn(readVendorProblem, parsed, usual))
  return {
    title: [own.title, usual.title].find(isText),
    detail: [own.detail, usual.detail].find(isText),
    requestId: [own.requestId, usual.requestId].find(isText),
    permanent: own.permanent,
  }
}

// Whatever its body holds, a refusal stays one: the reader of a vendor may stumble over what it was not written for.
function readOwn(read: ReadProblem, body: unknown, usual: VendorProblem): VendorProblem | undefined {
  try {
    return read(body, usual)
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined)

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

// Anything else may have no text, or nest deeper than the stack.
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

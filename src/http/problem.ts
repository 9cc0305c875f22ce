import { copyOwn } from '../internal/options.ts'
import { isObject } from './shape.ts'

/** What the body of a refusal says, as far as it can be understood. */
export interface Refusal {
  readonly title?: string | undefined
  readonly detail?: string | undefined
  readonly requestId?: string | undefined
}

/**
 * Reads the body of a refusal. The known forms:
 * - Tyk `{errors: [{title, detail}]}`, and its auth layer `{error: "text"}`;
 * - Anaconda and LoyaltyDog `{detail: [{loc, msg, type}]}` and `{detail: "text"}`;
 * - their siblings `{error: {code, message, …}}` and `{code, message, status | request_id}`;
 * - Didomi `{code: number, name, message, errors}`.
 *
 * Anything else, such as a page of HTML, tells nothing.
 */
export function readRefusal(text: string): Refusal {
  const parsed = parse(text)
  const body = copyOwn(isObject(parsed) ? parsed : {})
  const source = copyOwn([firstOf(body.errors), body.error].find(isObject) ?? body)
  return {
    title: [source.title, source.name, source.code, source.error].find(isText),
    detail: [source.detail, source.message, validationOf(source.detail)].find(isText),
    requestId: [body.request_id].find(isText),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

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
    .map(({ loc, msg }) =>
      [...(Array.isArray(loc) ? [loc.filter(isPart).join('.')] : []), ...(isText(msg) ? [msg] : [])].join(
        ': ',
      ),
    )
    .filter(isText)
    .join('; ')
}

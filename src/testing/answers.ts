import { assertOption } from '../internal/options.ts'

/** An answer. An object as `body` is sent as JSON, a string as it is. */
export interface FaultAnswer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

/**
 * How one request fails.
 *
 * - `{ status, headers?, body? }`: that answer;
 * - `'html'`: 200 with a web page, as from a wrong base URL or a proxy's login page;
 * - `'reset'`: the connection breaks before an answer (in process: a network error);
 * - `'hang'`: no answer ever comes;
 * - a function: whatever it returns for the request.
 */
export type Fault =
  | FaultAnswer
  | 'html'
  | 'reset'
  | 'hang'
  | ((request: Request) => Response | Promise<Response>)

/** The page of a single-page app, with status 200: Tyk's answer to every unknown path. */
export function htmlPage(): Response {
  return new Response(
    '<!doctype html>\n<html lang="en"><head><title>AI Studio</title></head><body><div id="root"></div></body></html>\n',
    { headers: { 'content-type': 'text/html; charset=utf-8' } },
  )
}

/** @throws ConfigurationError `invalid-option` for a value that is no {@link Fault}. */
export function checkFault(fault: Fault): Fault {
  const { status } = Object(fault)
  const isAnswer = Number.isInteger(status) && status >= 200 && status <= 599
  const isKnown = typeof fault === 'function' || ['html', 'reset', 'hang'].includes(fault as string)
  assertOption(
    isKnown || isAnswer,
    "A fault is 'html', 'reset', 'hang', { status, headers?, body? } with a status from 200 to 599, or a function.",
  )
  return fault
}

/** The answer of a fault; for `'hang'` there is none before the request is aborted. */
export function answerFault(fault: Fault, request: Request): Response | Promise<Response> {
  if (typeof fault === 'function') return fault(request)
  if (fault === 'html') return htmlPage()
  if (fault === 'reset') return Response.error()
  if (fault === 'hang') {
    return new Promise((resolve) => {
      // Otherwise the promise would never settle.
      request.signal.addEventListener('abort', () => resolve(Response.error()), { once: true })
    })
  }
  const { status, headers = {}, body } = fault
  const isText = typeof body === 'string' || body === undefined
  return isText ? new Response(body ?? null, { status, headers }) : json(body, status, headers)
}

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

/** The 422 answer of FastAPI, which Anaconda and LoyaltyDog use. */
export const invalidInput = (loc: string[], msg: string, type: string): Response =>
  json({ detail: [{ loc, msg, type }] }, 422)

/** The body of a request if it is a JSON object. */
export async function objectOf(request: Request): Promise<Record<string, unknown> | undefined> {
  const value: unknown = await request.json().catch(() => undefined)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

/** The body of a request if it is JSON or a form. */
export async function paramsOf(request: Request): Promise<unknown> {
  const text = await request.clone().text()
  const isForm = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
  if (isForm) return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The same answer with more headers. */
export function withHeaders(
  { body, status, statusText, headers: old }: Response,
  more: Record<string, string>,
): Response {
  const headers = new Headers(old)
  for (const [name, value] of Object.entries(more)) headers.set(name, value)
  return new Response(body, { status, statusText, headers })
}

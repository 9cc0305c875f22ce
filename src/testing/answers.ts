import { assertOption } from '../internal/options.ts'

/** An answer spelled out: an object as body is sent as JSON, a string as it is. */
export interface FaultAnswer {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

/**
 * What can go wrong with one request.
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

/** A single-page app's shell: what Tyk answers on every unknown path, with status 200 and without auth. */
export function htmlPage(): Response {
  return new Response(
    '<!doctype html>\n<html lang="en"><head><title>AI Studio</title></head><body><div id="root"></div></body></html>\n',
    { headers: { 'content-type': 'text/html; charset=utf-8' } },
  )
}

/** @throws ConfigurationError `invalid-option` for what is no {@link Fault}. */
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

/**
 * Answers a request with a fault.
 *
 * @param fault - the fault
 * @param request - the request it happens to
 * @returns the answer; for `'hang'` none before the request is aborted
 */
export function answerFault(fault: Fault, request: Request): Response | Promise<Response> {
  if (typeof fault === 'function') return fault(request)
  if (fault === 'html') return htmlPage()
  if (fault === 'reset') return Response.error()
  if (fault === 'hang') {
    return new Promise((resolve) => {
      // Without this the request would be kept for ever, though nobody waits for it any more.
      request.signal.addEventListener('abort', () => resolve(Response.error()), { once: true })
    })
  }
  const { status, headers = {}, body } = fault
  const isText = typeof body === 'string' || body === undefined
  return isText ? new Response(body ?? null, { status, headers }) : json(body, status, headers)
}

/**
 * A JSON answer.
 *
 * @param body - sent as JSON
 * @param status - default 200
 * @param headers - besides `Content-Type`
 */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

/**
 * The JSON object a request carries.
 *
 * @param request - the request
 * @returns the object; `undefined` when the body is anything else
 */
export async function objectOf(request: Request): Promise<Record<string, unknown> | undefined> {
  const value: unknown = await request.json().catch(() => undefined)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

/**
 * What a request carries: its JSON or its form.
 *
 * @param request - the request
 * @returns undefined when it carries neither
 */
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

import type { ApiError } from '../errors.ts'
import { toApiError } from './api-error.ts'
import type { ClientRequest } from './client-request.ts'
import { parseJson } from './parse-json.ts'
import { bodyLimit, discard, readText } from './read-body.ts'
import type { ReadProblem } from './read-problem.ts'
import type { Redactor } from './redact.ts'
import { redirected, tooLarge } from './transport-error.ts'

// A refusal is explained in a few lines; what is longer is some page.
const refusalLimit = 64 * 1024

// Ms for the explanation to arrive, once its status has.
const refusalTimeout = 2_000

const refusals = new WeakMap<ApiError, () => Response>()

/** The answer that an error stands for, as `fetch` returns it. */
export const responseOf = (error: unknown): Response | undefined => refusals.get(error as ApiError)?.()

/**
 * Reads an answer: its body within bounds, and without the credentials of the request. Of a download the body is left
 * to be read.
 *
 * @throws ApiError for a refusal, TransportError `redirect`, ResponseError `too-large`.
 */
export async function readResponse(
  response: Response,
  request: ClientRequest,
  redactorOf: () => Redactor,
  problem: ReadProblem | undefined,
): Promise<Response> {
  const { status, ok, body } = response
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    discard(body)
    throw redirected(request)
  }
  if (ok && request.stream) return response
  const redactor = redactorOf()
  if (ok) {
    const text = await readText(body, bodyLimit)
    if (text === undefined) throw tooLarge(request)
    return toReadResponse(response, text, request, redactor)
  }
  // The status says enough, should its explanation break off or not end.
  const text = (await readText(body, refusalLimit, refusalTimeout).catch(() => undefined)) ?? ''
  const error = toApiError(request, response, text, problem, redactor)
  refusals.set(error, () => toReadResponse(response, text, request, redactor))
  throw error
}

/** The answer with a body that has been read: what its headers say of length and coding holds for that. */
function toReadResponse(
  { status, headers }: Response,
  text: string,
  request: ClientRequest,
  redactor: Redactor,
): Response {
  const body = redactor.json(text)
  const kept: [string, string][] = [['content-length', String(new TextEncoder().encode(body).byteLength)]]
  for (const [name, value] of headers) {
    if (name !== 'content-length' && name !== 'content-encoding') kept.push([name, redactor.text(value)])
  }
  const isEmpty = status === 204 || status === 205
  const response = new Response(isEmpty ? null : body, { status, headers: kept })
  // A SyntaxError of the runtime's would quote the body.
  return Object.assign(response, { json: async () => parseJson(text, request, redactor) })
}

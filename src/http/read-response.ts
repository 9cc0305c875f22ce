import type { ApiError } from '../errors.ts'
import type { ReadProblem } from './api-error.ts'
import { toApiError } from './api-error.ts'
import { BufferedResponse } from './buffered-response.ts'
import type { ClientRequest } from './client-request.ts'
import { bodyLimit, discard, parseJson, readText } from './read-body.ts'
import type { Redactor } from './redact.ts'
import { badResponse, checkBaseUrlAdvice, redirected } from './transport-error.ts'

// An explanation of a refusal is short. Anything longer is a page.
const refusalLimit = 64 * 1024

// Ms for the body of a refusal to arrive after its status.
const refusalTimeout = 2_000

const refusals = new WeakMap<ApiError, () => BufferedResponse>()

/** The response for which an ApiError was thrown. */
export const responseOf = (error: unknown): BufferedResponse | undefined =>
  refusals.get(error as ApiError)?.()

/**
 * Reads a response: its body up to a limit, with the credentials of the request redacted. The body of a download is not
 * read.
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
    if (text === undefined)
      throw badResponse('too-large', request, 'answered more than 8 MiB', checkBaseUrlAdvice)
    return toReadResponse(response, text, request, redactor)
  }
  // If the explanation breaks off or does not end, the status is enough.
  const text = (await readText(body, refusalLimit, refusalTimeout).catch(() => undefined)) ?? ''
  const error = toApiError(request, response, text, problem, redactor)
  refusals.set(error, () => toReadResponse(response, text, request, redactor))
  throw error
}

/** Makes the response with its body read. Its headers have the length and coding of that body. */
function toReadResponse(
  { status, headers }: Response,
  text: string,
  request: ClientRequest,
  redactor: Redactor,
): BufferedResponse {
  const body = redactor.json(text)
  const isClean = body === text
  const isAsSent = isClean && headers.has('content-length') && !headers.has('content-encoding')
  const redacted = redactHeaders(headers, redactor)
  const described = isAsSent ? redacted : describe(redacted, body)
  return new BufferedResponse(status, described, body, () =>
    parseJson(text, request, isClean ? undefined : redactor),
  )
}

function redactHeaders(headers: Headers, redactor: Redactor): Headers {
  const entries = [...headers]
  if (entries.every(([, value]) => redactor.text(value) === value)) return headers
  return new Headers(entries.map(([name, value]): [string, string] => [name, redactor.text(value)]))
}

function describe(headers: Headers, body: string): Headers {
  const described = new Headers(headers)
  described.delete('content-encoding')
  described.set('content-length', String(new TextEncoder().encode(body).byteLength))
  return described
}

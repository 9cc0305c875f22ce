/** What a fake fetch answers once: a response, one made of parts, or a failure of fetch itself. */
export interface FakeAnswer {
  status?: number
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is, in the place of `body`. */
  text?: string
  /** What fetch rejects with, in the place of an answer. */
  error?: unknown
}

/** A request as a fake fetch got it. */
export interface SeenRequest {
  url: string
  method: string
  headers: Record<string, string>
  body: unknown
  redirect: string | undefined
}

/** A fetch that answers in order, the last answer for ever, and remembers what it was asked. */
export function createFakeFetch(...answers: (FakeAnswer | ((request: SeenRequest) => FakeAnswer))[]) {
  const requests: SeenRequest[] = []
  const fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const request: SeenRequest = {
      url: String(input),
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body ?? undefined,
      redirect: init.redirect,
    }
    requests.push(request)
    const next = answers[Math.min(requests.length, answers.length) - 1] ?? {}
    return toResponse(typeof next === 'function' ? next(request) : next)
  }
  return { fetch: fetch as typeof globalThis.fetch, requests }
}

function toResponse({ status = 200, headers = {}, body, text, error }: FakeAnswer): Response {
  if (error !== undefined) throw error
  const isEmpty = status === 204 || status === 304
  const content = text ?? (body === undefined ? '' : JSON.stringify(body))
  const type = text === undefined && body !== undefined ? { 'content-type': 'application/json' } : {}
  return new Response(isEmpty ? null : content, { status, headers: { ...type, ...headers } })
}

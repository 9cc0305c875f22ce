import { raceAbort } from '../internal/abort.ts'

/** Answers a request in this process; undefined where there is nobody at its address. */
export type AnswerRequest = (request: Request) => Response | undefined | Promise<Response | undefined>

const mostRedirects = 20

/**
 * A `fetch` that opens no connection: a function answers instead. It rejects as the runtime's own does where nobody is
 * at an address, where the answer is `Response.error()`, and with the signal's reason; it follows redirects unless told
 * not to.
 *
 * @param answer - see {@link AnswerRequest}
 */
export function createInProcessFetch(answer: AnswerRequest): typeof globalThis.fetch {
  async function send(request: Request, redirects: number): Promise<Response> {
    const { signal } = request
    signal.throwIfAborted()
    const response = await raceAbort(Promise.resolve(answer(request)), { signal })
    if (!response) throw failed(`nobody is at ${new URL(request.url).origin}`)
    if (response.type === 'error') throw failed('the connection broke')
    const location = response.status >= 301 && response.status <= 308 && response.headers.get('location')
    if (location && request.redirect !== 'manual') {
      if (request.redirect === 'error' || redirects === mostRedirects) throw failed('unexpected redirect')
      return send(redirected(request, location), redirects + 1)
    }
    if (!response.body) return response
    const body = response.body.pipeThrough(new TransformStream(), { signal })
    return new Response(body, response)
  }

  return async (input, init) => send(new Request(input, init), 0)
}

// As fetch does it: what is no `Authorization` goes along, to another host too.
function redirected({ url, headers, signal }: Request, location: string): Request {
  const target = new URL(location, url)
  const kept = new Headers(headers)
  if (target.origin !== new URL(url).origin) kept.delete('authorization')
  return new Request(target, { headers: kept, signal })
}

const failed = (why: string): TypeError => new TypeError('fetch failed', { cause: new Error(why) })

import { ApiError, ExportJobsError, ResponseError, TransportError } from '../../../src/errors.ts'
import type { Token } from '../../../src/http/client-options.ts'
import { badIds } from '../../../src/testing/index.ts'
import { type AcmeClient, createAcmeClient, type Get, type Open } from './acme.ts'

type Fetch = typeof globalThis.fetch
export type Create = (fetch: Fetch, token: Token) => AcmeClient

/** What a client saw last. */
interface Seen {
  secret: string
  /** What fetch itself failed with. */
  failure?: unknown
  response?: Response
  /** Its body. */
  text: Promise<string>
}

/** Where a client is broken. Each gets what is whole, and gives what takes its place. */
interface Fault {
  fetch?: (fetch: Fetch, secret: () => string) => Fetch
  get?: (get: Get, seen: Seen, fetch: Fetch) => Get
  open?: (open: Open, seen: Seen, fetch: Fetch) => Open
  start?: (start: AcmeClient['start']) => AcmeClient['start']
  token?: (token: Exclude<Token, string>) => Token
  client?: (client: AcmeClient, seen: Seen) => AcmeClient
}

const breaking =
  ({ fetch: spoilFetch, get, open, start, token: spoilToken, client: spoil }: Fault): Create =>
  (given, givenToken) => {
    const seen: Seen = { secret: '', text: Promise.resolve('') }
    const token: Token = async (request) => {
      const spoilt = spoilToken?.(givenToken as never) ?? givenToken
      seen.secret = await (spoilt as Exclude<Token, string>)(request)
      return seen.secret
    }
    const watched: Fetch = async (input, init) => {
      delete seen.failure
      delete seen.response
      try {
        const response = await given(input, init)
        seen.response = response
        if (response.body) {
          const [first, second] = response.body.tee()
          seen.text = new Response(second).text().catch(() => '')
          return new Response(first, response)
        }
        seen.text = Promise.resolve('')
        return response
      } catch (error) {
        seen.failure = error
        throw error
      }
    }
    const fetch = spoilFetch?.(watched, () => seen.secret) ?? watched
    const client = createAcmeClient({ fetch, token })
    const faulty = {
      ...client,
      ...(get && { get: get(client.get, seen, fetch) }),
      ...(open && { openDownload: open(client.openDownload, seen, fetch) as AcmeClient['openDownload'] }),
      ...(start && { start: start(client.start) }),
    }
    return spoil?.(faulty, seen) ?? faulty
  }

/** Changes what `get` resolves with. */
const jobs = (change: (job: Awaited<ReturnType<Get>>, seen: Seen) => object): Create =>
  breaking({
    get: (get, seen) => async (ref, options) => {
      const job = await get(ref, options)
      return { ...job, ...change(job, seen) } as typeof job
    },
  })

/** Rejects `get` with something else, for some errors. */
const errors = (
  change: (error: ExportJobsError, seen: Seen, text: () => Promise<string>) => unknown,
): Create =>
  breaking({
    get: (get, seen) => async (ref, options) => {
      try {
        return await get(ref, options)
      } catch (error) {
        const other =
          error instanceof ExportJobsError ? await change(error, seen, () => seen.text) : undefined
        throw other ?? error
      }
    },
  })

/** Rejects with a plain error where the answer was this text. */
const plainOn = (texts: readonly string[]): Create =>
  errors(async (error, _, text) =>
    error instanceof ResponseError && texts.includes(await text()) ? new Error('What is this?') : undefined,
  )

/** Changes the JSON of the answers about exports, where it is whole. */
const answers = (change: (body: Record<string, unknown>, asked: string) => Record<string, unknown>): Create =>
  breaking({
    fetch: (fetch) => async (input, init) => {
      const response = await fetch(input, init)
      const isStatus = response.status === 200 && !isFile(String(input)) && init?.method !== 'POST'
      const text = isStatus ? await shortText(response.clone()) : undefined
      if (!text?.startsWith('{') || text.length < 100) return response
      const asked = String(input).split('/').at(-1) ?? ''
      return new Response(JSON.stringify(change(JSON.parse(text), asked)), response)
    },
  })

/** A body, unless it is a large one. */
async function shortText({ body }: Response): Promise<string | undefined> {
  const bytes: number[] = []
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes.push(...part.subarray(0, 2_000))
    if (bytes.length >= 2_000) return undefined
  }
  return new TextDecoder().decode(new Uint8Array(bytes))
}

/** Changes responses. */
const responses = (change: (response: Response, url: string) => Response | Promise<Response>): Create =>
  breaking({ fetch: (fetch) => async (input, init) => change(await fetch(input, init), String(input)) })

const headers = ({ headers: old }: Response, name: string, value?: string): Headers => {
  const headers = new Headers(old)
  headers.delete(name)
  if (value !== undefined) headers.set(name, value)
  return headers
}

const httpCodes: Record<number, string> = {
  400: 'invalid-request',
  401: 'unauthorized',
  402: 'payment-required',
  403: 'forbidden',
  404: 'not-found',
  409: 'http-error',
  410: 'gone',
  422: 'invalid-request',
  429: 'rate-limited',
  500: 'server-error',
  503: 'server-error',
}

/** Rejects `get` with another reason once its signal is aborted, before the answer has begun or after. */
const deaf = (hasAnswer: boolean): Create =>
  breaking({
    get: (get, seen) => (ref, options) => {
      const wasAborted = options?.signal?.aborted
      return get(ref, options).catch((error: unknown) => {
        const isMine = !wasAborted && options?.signal?.aborted && (seen.response !== undefined) === hasAnswer
        throw isMine ? new Error('aborted') : error
      })
    },
  })

const isFile = (url: string): boolean => url.includes('files.acme.example')

const leaky = (error: ExportJobsError, secret: string) =>
  Object.assign(new TransportError('network', `It failed with ${secret}.`), { code: error.code })

/** For each check, by its name, a client that breaks this one promise and keeps all others. */
export const broken: Record<string, Create> = {
  'get answers a pending job': jobs(({ status }) => (status === 'pending' ? { totalRecords: 0 } : {})),
  'get answers a running job': jobs(({ status }) => (status === 'running' ? { reason: 'none' } : {})),
  'get answers a completed job': jobs(({ status }) =>
    status === 'completed' ? { fileSize: undefined } : {},
  ),
  'get answers a failed job': jobs(({ status }) => (status === 'failed' ? { reason: undefined } : {})),
  'get answers a canceled job': jobs(({ status }) =>
    status === 'canceled' ? { createdAt: new Date(0) } : {},
  ),
  'HTML under 200 is refused as not-json': errors(({ code }, { response }) =>
    code === 'not-json' && response?.headers.get('content-type')?.includes('html')
      ? new SyntaxError('Unexpected token <')
      : undefined,
  ),
  'an empty body is refused as not-json': plainOn(['']),
  'truncated JSON is refused as not-json': plainOn(['[{}']),
  'JSON of another shape is refused as unexpected-shape': plainOn(['7']),
  'a body of more than 8 MiB is refused as too-large': responses(async (response, url) => {
    const isLarge =
      !isFile(url) && response.status === 200 && (await shortText(response.clone())) === undefined
    return isLarge ? new Response((await response.text()).trim(), response) : response
  }),
  'JSON of a wrong Content-Type is read': responses((response) => {
    const isPlain = response.headers.get('content-type') === 'text/plain'
    return isPlain ? new Response('nothing', response) : response
  }),
  "another job's id is refused as wrong-job": answers((body, asked) =>
    typeof body.id === 'string' && body.id.length === asked.length ? { ...body, id: asked } : body,
  ),
  'an id that only contains the requested one, or a part of it, is refused as wrong-job': answers(
    (body, asked) => (String(body.id).includes(asked) ? { ...body, id: asked } : body),
  ),
  'an answer without the id is refused': answers((body, asked) =>
    typeof body.id === 'string' ? body : { ...body, id: asked },
  ),
  'an unknown status is unknown, never completed': jobs(({ rawStatus }) =>
    rawStatus === 'a-word-nobody-published' ? { status: 'completed' } : {},
  ),
  'a status that only contains a published word is unknown': jobs(({ rawStatus }) =>
    rawStatus.includes('done-') ? { status: 'completed' } : {},
  ),
  'an answer without a status is never completed': answers((body) => ({ state: 'done', ...body })),
  'a field that is null is absent from the job': answers((body) => {
    if (body.created_at === null) throw new TypeError('It has no date.')
    return body
  }),
  'a field that is missing is absent from the job': answers((body) => {
    if (!('created_at' in body)) throw new TypeError('It has no date.')
    return body
  }),
  'a field that is of another type is absent from the job': answers((body) => {
    if (Array.isArray(body.note)) throw new TypeError('It is no note.')
    return body
  }),
  'get rejects an export the vendor does not know as not-found': errors(async (error, _, text) =>
    error.code === 'not-found' && !(await text()).includes('refused') ? new Error('404') : undefined,
  ),
  'Retry-After on 200 is the retryAfter of the job': responses((response) =>
    response.status === 200 && response.headers.get('retry-after') === '7'
      ? new Response(response.body, { status: 200, headers: headers(response, 'retry-after') })
      : response,
  ),
  'an invalid Retry-After is ignored': responses((response) =>
    response.headers.get('retry-after') === '0x7'
      ? new Response(response.body, { status: 200, headers: headers(response, 'retry-after', '7') })
      : response,
  ),
  'Retry-After on 429 is the retryAfter of the error': responses((response) =>
    response.status === 429
      ? new Response(response.body, { status: 429, headers: headers(response, 'retry-after') })
      : response,
  ),
  'a 401 refreshes the token once, and the request is repeated': breaking({
    token: (token) => (request) => token({ ...request, refresh: false }),
  }),
  'a second 401 does not refresh the token again': breaking({
    get: (get) => (ref, options) =>
      get(ref, options).catch((error: ExportJobsError | null) => {
        if (error?.code === 'unauthorized') return get(ref, options)
        throw error
      }),
  }),
  'without retries, one request is sent': breaking({
    get: (get) => (ref, options) =>
      get(ref, options).catch((error: ApiError | null) => {
        if (error?.httpStatus === 503) return get(ref, options)
        throw error
      }),
  }),
  'a redirect is not followed, but reported as redirect': breaking({
    fetch: (fetch) => (input, init) =>
      fetch(input, { ...init, redirect: isFile(String(input)) ? 'manual' : 'follow' }),
  }),
  'a connection that fails is reported as network': errors(({ code }, { failure }) => {
    const { cause } = (failure ?? {}) as Error
    return code === 'network' && /broke/.test(String(cause)) ? new TypeError('fetch failed') : undefined
  }),
  'a truncated answer is reported as network': errors(({ code }, { failure }) =>
    code === 'network' && !failure ? new TypeError('terminated') : undefined,
  ),
  'timeout ends an attempt that has no answer, and one whose answer does not end': errors(
    ({ code }, { response }) =>
      code === 'timeout' && response ? new TransportError('network', 'It broke off.', 'acme') : undefined,
  ),
  'a signal aborted before the call: signal.reason, and no request': breaking({
    get: (get, _, fetch) => async (ref, options) => {
      if (options?.signal?.aborted) await fetch('https://api.acme.example/v1/health')
      return get(ref, options)
    },
  }),
  'a signal aborted during the request: signal.reason': deaf(false),
  'a signal aborted while the answer is read: signal.reason': deaf(true),
  'the error of a failed connection shows no credential': errors((error, { failure, secret }) =>
    /^fetch failed: /.test((failure as Error | undefined)?.message ?? '') ? leaky(error, secret) : undefined,
  ),
  'the error of a refusal shows no credential': errors(async (error, { secret }, text) =>
    error.code === 'forbidden' && (await text()).includes('title')
      ? Object.assign(new ApiError('It said no.', { vendor: 'acme', httpStatus: 403 }), { sent: { secret } })
      : undefined,
  ),
  'the error of an answer that cannot be read shows no credential, and nothing of the body': errors(
    async ({ code }, _, text) =>
      code === 'not-json' && (await text()).includes('<p>')
        ? new ResponseError('not-json', `This is not JSON: ${await text()}`, 'acme')
        : undefined,
  ),
  'a job shows no credential outside of raw': jobs((_, { response, secret }) =>
    response?.headers.get('x-request-id') === secret ? { requestId: secret } : {},
  ),
  'raw shows no credential that the request was sent with': jobs(({ raw }, { secret }) => ({
    raw: { ...(raw as object), sentWith: secret },
  })),
  'a client shows no credential': breaking({
    client: (client, seen) =>
      Object.defineProperty({ ...client }, 'token', { get: () => seen.secret, enumerable: true }),
  }),
  'a credential is never in a URL': breaking({
    fetch: (fetch, secret) => (input, init) =>
      fetch(!String(input).includes('//api.acme.') ? input : `${String(input)}?key=${secret()}`, init),
  }),
  'a polluted Object.prototype changes nothing': breaking({
    get: (get) => async (ref, options) => {
      const { url = '' } = { ...options } as { url?: string }
      return { ...(await get(ref, options)), ...(url && { requestId: url }) }
    },
  }),
  'get takes what start returns': breaking({
    start: (start) => async (params) => `e-${await start(params)}`,
  }),
  'a start is never retried': breaking({
    start: (start) => (params) => start(params).catch(() => start(params)),
  }),
  'a start whose answer has no id is refused as unexpected-shape': breaking({
    start: (start) => (params) =>
      start(params).catch((error: ExportJobsError) => {
        if (error.code === 'unexpected-shape') return 'undefined'
        throw error
      }),
  }),
  'get refuses invalid ids before any request': breaking({
    get: (get) => (ref, options) => get(badIds.includes(ref) ? 'e-done' : ref, options),
  }),
  'cancel refuses invalid ids before any request': breaking({
    client: (client) => ({
      ...client,
      cancel: (ref, options) => client.cancel(ref === '..' ? 'e-done' : ref, options),
    }),
  }),
  'openDownload opens the file of a completed job, and of its ref': breaking({
    open: (open) => async (ref, options) => {
      const download = await open(ref, options)
      return typeof ref === 'string' ? { ...download, start: 1 } : download
    },
  }),
  'openDownload requests a range, and reports where the body begins': breaking({
    open:
      (open) =>
      (ref, { range: _, ...options } = {}) =>
        open(ref, options),
  }),
  'openDownload reports when a server ignores the range': breaking({
    open: (open) => async (ref, options) => {
      const download = await open(ref, options)
      return { ...download, start: options?.range?.start ?? download.start }
    },
  }),
  'openDownload with ifMatch refuses a file that has changed': breaking({
    open:
      (open) =>
      (ref, { ifMatch: _, ...options } = {}) =>
        open(ref, options),
  }),
  'a page instead of the file is refused': responses((response, url) =>
    isFile(url) && response.headers.get('content-type')?.includes('html')
      ? new Response('a page', { headers: { 'content-type': 'text/csv' } })
      : response,
  ),
  'an expired signed URL is replaced by a new one': responses((response, url) =>
    isFile(url) && response.status === 403 ? new Response(null, { status: 418 }) : response,
  ),
  'another host gets no credential': breaking({
    fetch: (fetch, secret) => (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('x-api-key', secret())
      return fetch(input, { ...init, headers })
    },
  }),
  'a redirect of the file is not followed, but reported as redirect': breaking({
    fetch: (fetch) => (input, init) =>
      fetch(input, { ...init, redirect: isFile(String(input)) ? 'follow' : 'manual' }),
  }),
  'the error of a download shows no credential and no signed query': breaking({
    open:
      (open, { text: _ }) =>
      (ref, options) =>
        open(ref, options).catch((error: ApiError | null) => {
          if (error?.httpStatus !== 418) throw error
          throw new ApiError('The store answered HTTP 418.', {
            vendor: 'acme',
            httpStatus: 418,
            problem: { detail: (ref as { download: { url: string } }).download.url },
          })
        }),
  }),
  'a signal aborted during a download: signal.reason': breaking({
    open: (open) => (ref, options) =>
      open(ref, options).catch((error: unknown) => {
        throw options?.signal?.aborted ? new Error('aborted') : error
      }),
  }),
  'a signal aborted while a file is read: signal.reason': breaking({
    open: (open) => async (ref, options) => {
      const download = await open(ref, options)
      const reader = download.body.getReader()
      const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
        const part = await reader.read().catch((error: unknown) => {
          throw options?.signal?.aborted ? new Error('aborted') : error
        })
        if (part.done) controller.close()
        else controller.enqueue(part.value)
      }
      return { ...download, body: new ReadableStream({ pull }) }
    },
  }),
  'openDownload refuses invalid ids before any request': breaking({
    open: (open) => (ref, options) => open(ref === '..' ? ('e-done' as never) : ref, options),
  }),
}

/** Clients that break a promise of which there is a check for each of its cases. */
export const brokenForAll: [checks: string[], create: Create][] = [
  [
    Object.entries(httpCodes).map(([status, code]) => `HTTP ${status} is reported as ${code}`),
    errors(async ({ code }, { response }, text) => {
      const { status = 0 } = response ?? {}
      const isMine = code === httpCodes[status] && (await text()).includes('refused')
      return isMine && !response?.headers.has('retry-after')
        ? new ApiError('It said no.', { vendor: 'acme', httpStatus: status + 1, code: 'http-error' })
        : undefined
    }),
  ],
]

/** Whatever is not known to have failed is completed. */
export const careless: Create = (fetch, token) => {
  const client = createAcmeClient({ fetch, token })
  const get = async (ref: string) => {
    const raw = await (await fetch(`https://api.acme.example/v1/exports/${ref}`)).json()
    const base = { vendor: 'acme', id: raw.id, ref, rawStatus: raw.state, raw }
    return raw.state === 'broken'
      ? { ...base, status: 'failed', reason: raw.note }
      : { ...base, status: 'completed' }
  }
  return { ...client, get: get as never }
}

import createClient, { type Client } from 'openapi-fetch'
import { ConfigurationError } from '../errors.ts'
import { copyOwn } from '../internal/options.ts'
import { toResponse } from './answer.ts'
import { checkId } from './id.ts'
import type { Sender } from './sender.ts'
import { toQuery } from './url.ts'

/** Where a raw client sends its requests, and what it sends with each. */
interface Destination {
  readonly vendor: string
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
}

/** Makes the raw typed client of openapi-fetch, whose requests go the way of all others. */
export function createRawClient<Paths extends object>(
  { vendor, baseUrl, headers }: Destination,
  { send, secrets }: Sender,
): Client<Paths> {
  async function fetch(request: Request): Promise<Response> {
    const { url, method, signal } = request
    if (!url.startsWith(`${baseUrl}/`)) {
      const message = `The ${vendor} client sends its token to its own baseUrl and nowhere else.`
      throw new ConfigurationError('invalid-option', message, vendor)
    }
    const all = { ...headers, ...Object.fromEntries(request.headers) }
    const what = `${method} ${new URL(url).pathname}`
    const body = request.body ? await request.text() : undefined
    // Only a request that changes nothing may be made twice.
    const retries = method === 'GET' || method === 'HEAD' ? undefined : 0
    const { answer } = await send({ url, method, headers: all, body }, { what, signal, retries })
    return toResponse(answer, { vendor, what }, secrets())
  }

  function pathSerializer(path: string, params: Record<string, unknown>): string {
    return Object.entries(params).reduce((filled, [name, id]) => {
      checkId(id, vendor, name)
      return filled.replace(`{${name}}`, encodeURIComponent(id))
    }, path)
  }

  // openapi-fetch's own serializer takes inherited properties, too.
  const options = { ...unset, baseUrl, fetch, pathSerializer, querySerializer: toQuery }
  return closed(createClient<Paths>(options as object))
}

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']

type Method = (url: string, init?: { readonly params?: object }) => unknown

/** The client, with calls that read none of their options off a polluted prototype. */
function closed<Paths extends object>(client: Client<Paths>): Client<Paths> {
  const calls = client as unknown as Record<string, Method>
  for (const method of methods) {
    const call = calls[method] as Method
    calls[method] = (url, init) => {
      const given = copyOwn(init)
      return call(url, { ...unset, ...given, params: copyOwn(given.params) })
    }
  }
  return client
}

// What openapi-fetch reads of its options and of those of a call.
const unset = {
  baseUrl: undefined,
  body: undefined,
  bodySerializer: undefined,
  fetch: undefined,
  headers: undefined,
  middleware: undefined,
  parseAs: undefined,
  pathSerializer: undefined,
  querySerializer: undefined,
  Request: undefined,
  requestInitExt: undefined,
}

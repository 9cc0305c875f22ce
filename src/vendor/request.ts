import { toQuery } from '../http/base-url.ts'
import { fillPath } from '../http/check-id.ts'
import { checkHeaders, type HeadersInput } from '../http/headers.ts'
import { withoutInherited } from '../internal/json.ts'
import { copyOwn } from '../internal/options.ts'
import type { CallFetch } from './context.ts'
import { parseResponse, type StandardSchema } from './standard-schema.ts'

/** One request of a vendor's API. */
export interface VendorRequest<Output = unknown> {
  /** Below the base URL; `{name}` is a path parameter. */
  readonly path: string
  /** The path parameters. Each is checked as an id, and encoded. */
  readonly params?: Readonly<Record<string, string>> | undefined
  /** Names without a value are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>> | undefined
  /** Default `GET`, with a body `POST`. */
  readonly method?: string | undefined
  /** The body, sent as JSON. */
  readonly json?: unknown
  /** The body, sent as a form. */
  readonly form?: Readonly<Record<string, string>> | undefined
  readonly headers?: HeadersInput | undefined
  /**
   * Checks the answer: any Standard Schema. Default: the answer may be any JSON and, unless the method is `GET`, also
   * be empty, which gives `undefined`.
   */
  readonly schema?: StandardSchema<Output> | undefined
}

/**
 * Makes a request and reads the answer.
 *
 * @throws ApiError for a refusal, ResponseError for an answer that is not JSON or does not match the schema, and
 * whatever else a request can fail with.
 */
export async function requestJson<Output>(
  fetch: CallFetch,
  subject: { readonly vendor: string; readonly subject: string },
  request: VendorRequest<Output>,
): Promise<Output> {
  const { path, params, query, json, form, headers, schema, method } = copyOwn(request)
  const body = form ? new URLSearchParams(form).toString() : JSON.stringify(json)
  const verb = method ?? (body === undefined ? 'GET' : 'POST')
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const search = query ? `?${toQuery(query)}` : ''
  const response = await fetch(fillPath(path, params ?? {}, subject.vendor) + search, {
    method: verb,
    headers: {
      ...(body !== undefined && { 'content-type': type }),
      ...checkHeaders(headers, subject.vendor),
    },
    body: body ?? null,
  })
  // The answer to a change may be empty.
  const isNothing = response.status === 204 || response.headers.get('content-length') === '0'
  if (isNothing && !schema && verb !== 'GET') return undefined as Output
  const value: unknown = await response.json()
  return schema ? parseResponse(schema, value, subject) : withoutInherited(value as Output)
}

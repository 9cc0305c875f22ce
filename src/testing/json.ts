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

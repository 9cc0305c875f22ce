import { createTykClient } from '../ours.ts'

/** What the faults try to get out of a client. */
export const secrets = {
  token: 'canaryTokenA81f0c6d27',
  // Vendors ask for such a header beside the token, as LoyaltyDog's session token.
  key: 'canaryKeyB5520e9f1b',
}

/**
 * Asks once for the status of an export.
 *
 * @param options - of the library's own, added to those with which it is used here
 */
export type Get = (url: string, token: string, signal: AbortSignal, options?: object) => Promise<unknown>

const timeout = 30_000
const headersFor = (token: string) => ({ authorization: `Bearer ${token}`, 'x-api-key': secrets.key })

// Cut up for those that want a base URL: …/api/v1 and /exports/<id>.
function parts(url: string) {
  const [baseUrl = '', id = ''] = url.split('/exports/')
  return { baseUrl, id }
}

/**
 * Each library as its documentation says it is used to ask for JSON, with a token, a timeout and a signal, and else with
 * its defaults. Loaded when it is its turn, so that none weighs on another.
 */
export const adapters: Readonly<Record<string, () => Promise<Get>>> = {
  'export-jobs': async () => (url, token, signal, options) => {
    const { baseUrl, id } = parts(url)
    const headers = { 'x-api-key': secrets.key }
    return createTykClient({ baseUrl, token, headers, timeout, ...options }).get(id, { signal })
  },

  // The verbs of the client are documented for endpoints that it does not know.
  async openai() {
    const { OpenAI } = await import('openai')
    return (url, token, signal, options) => {
      const { baseUrl, id } = parts(url)
      const defaultHeaders = { 'x-api-key': secrets.key }
      const client = new OpenAI({ apiKey: token, baseURL: baseUrl, defaultHeaders, timeout, ...options })
      return client.get(`/exports/${id}`, { signal })
    }
  },

  // It has no timeout of its own, and documents the signal for that.
  async '@octokit/request'() {
    const { request } = await import('@octokit/request')
    return async (url, token, signal, options) => {
      const { baseUrl, id } = parts(url)
      const both = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
      const headers = headersFor(token)
      const parameters = { baseUrl, id, headers, request: { signal: both, ...options } }
      return (await request('GET /exports/{id}', parameters)).data
    }
  },

  async gaxios() {
    const { request } = await import('gaxios')
    return async (url, token, signal, options) =>
      (await request({ url, headers: headersFor(token), timeout, signal, ...options })).data
  },

  async axios() {
    const { default: axios } = await import('axios')
    return async (url, token, signal, options) =>
      (await axios.get(url, { headers: headersFor(token), timeout, signal, ...options })).data
  },

  async got() {
    const { default: got } = await import('got')
    return (url, token, signal, options) =>
      got(url, { headers: headersFor(token), timeout: { request: timeout }, signal, ...options }).json()
  },

  async ky() {
    const { default: ky } = await import('ky')
    return (url, token, signal, options) =>
      ky(url, { headers: headersFor(token), timeout, signal, ...options }).json()
  },

  // Its policy for bearer tokens wants TLS, which these servers on loopback do not have. It leaves the status and the
  // JSON to the caller; its error is the one that keeps the request out of logs.
  async '@azure/core-rest-pipeline'() {
    const pipelines = await import('@azure/core-rest-pipeline')
    const client = pipelines.createDefaultHttpClient()
    return async (url, token, abortSignal, options) => {
      const pipeline = pipelines.createPipelineFromOptions({ ...options })
      const headers = pipelines.createHttpHeaders(headersFor(token))
      const request = pipelines.createPipelineRequest({
        url,
        headers,
        timeout,
        abortSignal,
        allowInsecureConnection: true,
      })
      const response = await pipeline.sendRequest(client, request)
      const { status, bodyAsText } = response
      if (status !== 200)
        throw new pipelines.RestError(`HTTP ${status}`, { statusCode: status, request, response })
      return JSON.parse(bodyAsText ?? '')
    }
  },
}

import { describe, expect, test } from 'vitest'
import { createRedactor, createTokenRedactor } from '../../src/http/redact.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { createFakeFetch } from '../support/fake-fetch.ts'
import { createPlainClient, runningExport, secretToken } from '../support/vendors.ts'

const headerSecret = 'hush-hush-header-secret'
const json = { 'content-type': 'application/json' }

test('a client shows nothing of its options', async () => {
  const client = createPlainClient({ headers: { 'x-secret': headerSecret } })
  expect(everythingOf(client)).not.toContain(secretToken)
  expect(everythingOf(client)).not.toContain(headerSecret)
  expect(everythingOf(client.api)).not.toContain(secretToken)
})

test.each([
  ['as it is', (text: string) => text],
  [
    'escaped',
    (text: string) => [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ],
])('the token is struck out of raw, %s', async (_, write) => {
  const secret = write(secretToken)
  const text = `{"id":"exp-1","attributes":{"status":"failed","error_message":"a ${secret} b","x":[{"${secret}":["${secret}"]}]}}`
  const { fetch } = createFakeFetch({ headers: json, text })
  const job = await createPlainClient({ fetch }).get('exp-1')
  expect(job).toMatchObject({ status: 'failed', reason: 'a [redacted] b' })
  expect(everythingOf(job)).not.toContain(secretToken)
})

test('where each request has a token of its own, each is redacted in its own answer', async () => {
  let tokens = 0
  const answers: ((answer: Response) => void)[] = []
  const sent: string[] = []
  const fetch = ((_: unknown, init: RequestInit) => {
    sent.push(String(new Headers(init.headers).get('authorization')))
    return new Promise<Response>((resolve) => answers.push(resolve))
  }) as typeof globalThis.fetch
  const client = createPlainClient({ fetch, token: () => `minted-token-${++tokens}` })
  const errors = ['a', 'b', 'c', 'd'].map((id) => caughtError(client.get(id)))
  while (answers.length < 4) await new Promise((resolve) => setImmediate(resolve))
  answers.forEach((answer, index) => {
    answer(Response.json({ title: `no ${sent[index]}` }, { status: 400 }))
  })
  for (const error of await Promise.all(errors))
    expect(error.problem).toEqual({ title: 'no Bearer [redacted]' })
})

test('a token with the signs of a pattern is struck out', async () => {
  const token = 'a.*+?^$' + '{}()|[]$&$1'
  const { fetch } = createFakeFetch({ status: 403, body: { detail: `no ${token} $& ${token}` } })
  const error = await caughtError(createPlainClient({ fetch, token }).get('exp-1'))
  expect(error.problem).toEqual({ detail: 'no [redacted] $& [redacted]' })
})

test('what is no secret stays', async () => {
  const { fetch } = createFakeFetch({ body: { ...runningExport(), note: 'a\\b "quoted" é' } })
  const job = await createPlainClient({ fetch }).get('exp-1')
  expect(job.raw).toEqual({ ...runningExport(), note: 'a\\b "quoted" é' })
})

test('the value of a plain header does not change what the vendor says', async () => {
  const { fetch } = createFakeFetch({ body: { id: 'my-tenant-1', attributes: { status: 'processing' } } })
  const client = createPlainClient({ fetch, headers: { 'x-author': 'my-tenant', 'x-mode': 'processing' } })
  expect(await client.get('my-tenant-1')).toMatchObject({ id: 'my-tenant-1', status: 'running' })
})

test.each([
  ['7 characters', '1234567', 'no 1234567'],
  ['8 characters', '12345678', 'no [redacted]'],
])('a token of %s', async (_, token, detail) => {
  const { fetch } = createFakeFetch({ status: 403, body: { detail: `no ${token}` } })
  const error = await caughtError(createPlainClient({ fetch, token }).get('exp-1'))
  expect(error).toMatchObject({ problem: { detail } })
})

test.each([
  ['the token', `${secretToken}`],
  ['another secret', headerSecret],
])('raw without %s is otherwise what the vendor said', async (_, secret) => {
  const said = {
    ...runningExport(),
    note: 'a\\b',
    none: null,
    count: 1,
    list: [null, [true], { [secret]: secret }],
  }
  const { fetch } = createFakeFetch({ body: said })
  const { raw } = await createPlainClient({ fetch, headers: { 'x-secret': headerSecret } }).get('exp-1')
  expect(raw).toEqual({ ...said, list: [null, [true], { '[redacted]': '[redacted]' }] })
})

test('raw is without the one secret that it held, where it held no more', async () => {
  const { fetch } = createFakeFetch({ body: { ...runningExport(), note: secretToken } })
  const { raw } = await createPlainClient({ fetch, headers: { 'x-secret': headerSecret } }).get('exp-1')
  expect(raw).toMatchObject({ note: '[redacted]' })
})

describe('every form of a secret', () => {
  const secret = 'p@ss/w"ö rd+\\end'
  const encoded = encodeURIComponent(secret)
  const form = new URLSearchParams([['', secret]]).toString().slice(1)
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (each) => each.toLowerCase())
  const forms: [what: string, text: string][] = [
    ['raw', secret],
    ['percent-encoded', encoded],
    ['percent-encoded in lower case', lower(encoded)],
    ['percent-encoded but for slashes', encoded.replaceAll('%2F', '/')],
    ['percent-encoded in lower case but for slashes', lower(encoded.replaceAll('%2F', '/'))],
    ['form-encoded', form],
    ['form-encoded in lower case', lower(form)],
  ]
  const params = { path: { id: 'exp-1' } }
  const create = (answer: object) =>
    createPlainClient({ ...createFakeFetch(answer), token: secret, retries: 0 })

  test.each(forms)('is redacted in problem, reason, raw and api: %s', async (_, written) => {
    const refusal = { status: 403, body: { title: `t ${written}`, detail: `d ${written}` } }
    const { problem } = await caughtError(create(refusal).get('exp-1'))
    expect(problem).toEqual({ title: 't [redacted]', detail: 'd [redacted]' })

    const failed = {
      id: 'exp-1',
      attributes: { status: 'failed', error_message: `e ${written}`, [written]: written },
    }
    const job = await create({ body: failed }).get('exp-1')
    expect(job).toMatchObject({ reason: 'e [redacted]', raw: { attributes: { '[redacted]': '[redacted]' } } })

    const { data } = await create({ body: failed }).api.GET('/exports/{id}', { params })
    expect(data).toMatchObject({ attributes: { error_message: 'e [redacted]' } })
    const { error } = await create(refusal).api.GET('/exports/{id}', { params })
    expect(error).toEqual({ title: 't [redacted]', detail: 'd [redacted]' })
    const text = await create({ body: failed }).api.GET('/exports/{id}', { params, parseAs: 'text' })
    expect(text.data).toContain('e [redacted]')
  })

  const escaped = JSON.stringify(secret).slice(1, -1)
  test.each([
    ['as JSON writes it', escaped],
    ['with slashes escaped', escaped.replaceAll('/', '\\/')],
    [
      'all escaped',
      [...secret].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
    [
      'all escaped, in capitals',
      [...secret]
        .map((each) => `\\u${each.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
        .join(''),
    ],
  ])('is redacted in the text of a raw call, %s', async (_, written) => {
    const text = `{"id":"exp-1","note":"${written}"}`
    const { data } = await create({ text }).api.GET('/exports/{id}', { params, parseAs: 'text' })
    expect(JSON.parse(data as string)).toEqual({ id: 'exp-1', note: '[redacted]' })
    const parsed = await create({ text }).api.GET('/exports/{id}', { params })
    expect(parsed.data).toEqual({ id: 'exp-1', note: '[redacted]' })
  })

  test('is redacted in headers', async () => {
    const headers = { 'x-echo': `a ${encoded}` }
    const { response } = await create({ headers, body: {} }).api.GET('/exports/{id}', { params })
    expect(response.headers.get('x-echo')).toBe('a [redacted]')
  })

  test('what is nested too deeply to be read is redacted as a whole, if it has escapes', () => {
    const nested = `${'['.repeat(200_000)}"\\u0061"${']'.repeat(200_000)}`
    expect(createRedactor([secret]).json(nested)).toBe('[redacted]')
  })

  test('in what is no JSON, though it holds escapes', async () => {
    const text = `no JSON \\ ${secret}`
    const { data } = await create({ text }).api.GET('/exports/{id}', { params, parseAs: 'text' })
    expect(data).toBe('no JSON \\ [redacted]')
  })
})

describe('the redactors of a client', () => {
  const settings = {
    auth: (token: string) => ({ authorization: `Basic ${btoa(token)}` }),
    secrets: [headerSecret],
  }
  const first = 'first-user:first-password'
  const second = 'second-user:second-password'

  test.each<[what: string, secret: string]>([
    ['the token', first],
    ['its password', 'first-password'],
    ['the header that carries it', btoa(first)],
    ['other secrets', headerSecret],
  ])('redact %s', (_, secret) => {
    const redactorFor = createTokenRedactor(settings, { secrets: [first] })
    for (const token of [first, undefined])
      expect(redactorFor(token).text(`a ${secret} b`)).toBe('a [redacted] b')
  })

  test('are made anew only when the tokens change', () => {
    const tokens = { secrets: [first] as readonly string[] }
    const redactorFor = createTokenRedactor(settings, tokens)
    const redactor = redactorFor(first)
    expect(redactorFor(undefined)).toBe(redactor)
    tokens.secrets = [second, first]
    expect(redactorFor(second)).not.toBe(redactor)
    expect(redactorFor(second).text(`${first} ${second}`)).toBe('[redacted] [redacted]')
  })

  test('redact a token that was sent and is no longer in use', () => {
    const redactorFor = createTokenRedactor(settings, { secrets: [second] })
    expect(redactorFor(first).text(`${first} ${second}`)).toBe('[redacted] [redacted]')
    expect(redactorFor(second).text(first)).toBe(first)
  })

  test('without tokens redact the other secrets', () => {
    expect(createTokenRedactor(settings, undefined)(undefined).text(headerSecret)).toBe('[redacted]')
  })
})

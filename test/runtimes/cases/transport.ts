import { waitForCompletion } from 'export-jobs'
import { type Case, caught, check, expect } from '../harness.ts'
import { pause, quickly, type World } from '../world.ts'

const transport = (code: string) => ({ name: 'TransportError', code })
const response = (code: string) => ({ name: 'ResponseError', code })
const api = (code: string, httpStatus: number) => ({ name: 'ApiError', code, httpStatus })

/** What becomes of one attempt. */
const failures: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'reset-before-headers': transport('network'),
  'end-before-headers': transport('network'),
  'end-in-headers': transport('network'),
  'not-http': transport('network'),
  'reset-in-body': transport('network'),
  'end-in-body': transport('network'),
  'end-in-chunks': transport('network'),
  'reset-in-chunks': transport('network'),
  'damaged-chunk': transport('network'),
  'stalled-headers': transport('timeout'),
  'stalled-body': transport('timeout'),
  drip: transport('timeout'),
  bomb: response('too-large'),
  large: response('too-large'),
  endless: response('too-large'),
  html: response('not-json'),
  empty: response('not-json'),
  'no-content': response('not-json'),
  'wrong-job': response('wrong-job'),
  'no-status': response('unexpected-shape'),
  limited: { ...api('rate-limited', 429), retryAfter: 7_000, retryable: true },
  400: api('invalid-request', 400),
  402: api('payment-required', 402),
  403: api('forbidden', 403),
  404: api('not-found', 404),
  410: api('gone', 410),
  422: api('invalid-request', 422),
  500: { ...api('server-error', 500), retryable: true },
  501: { ...api('server-error', 501), retryable: false },
}

// How they end differs with the decoder and the stack, and the contract names no code: only never a success.
const damaged = ['truncated-gzip', 'no-gzip', 'deep', 'end-in-chunks-closing']

const readable = ['running', 'gzip', 'deflate', 'br', 'early', 'bom', 'damaged-text', 'once-503']

export const transportFaults = (world: World): Case[] => [
  ...Object.entries(failures).map(([fault, expected]) => ({
    name: `transport: ${fault}`,
    async run() {
      const { baseUrl, abandoned } = world.fault(fault)
      const client = world.tyk({ baseUrl, retries: 0, timeout: expected.code === 'timeout' ? 250 : '5s' })
      expect(await caught(client.get('exp-1')), expected)
      await abandoned()
    },
  })),
  ...damaged.map((fault) => ({
    name: `transport: ${fault} is no success`,
    async run() {
      const { baseUrl } = world.fault(fault)
      const { code } = await caught(world.tyk({ baseUrl, retries: 0, timeout: '5s' }).get('exp-1'))
      check(['not-json', 'network', 'unexpected-shape'].includes(code), `code ${code}`)
    },
  })),
  ...readable.map((fault) => ({
    name: `transport: ${fault} is read`,
    run: async () =>
      expect(await world.tyk({ baseUrl: world.fault(fault).baseUrl }).get('exp-1'), { status: 'running' }),
  })),
  ...[301, 302, 303, 307, 308].map((status) => ({
    name: `transport: a redirect ${status} to another origin`,
    async run() {
      const { baseUrl, seenElsewhere } = world.fault(`redirect-${status}`)
      expect(await caught(world.tyk({ baseUrl }).get('exp-1')), transport('redirect'))
      expect((await seenElsewhere()).requests, [])
    },
  })),
  {
    name: 'transport: a redirect to the same origin',
    async run() {
      const { baseUrl, seen, seenAs } = world.fault('redirect-here')
      expect(await caught(world.tyk({ baseUrl }).get('exp-1')), transport('redirect'))
      expect([(await seen()).requests.length, (await seenAs('running')).requests.length], [1, 0])
    },
  },
  {
    name: 'transport: a redirect of a download',
    async run() {
      const { baseUrl, seenElsewhere } = world.fault('redirect-302')
      expect(await caught(world.tyk({ baseUrl }).openDownload('exp-1')), transport('redirect'))
      expect((await seenElsewhere()).requests, [])
    },
  },
  ...Object.entries({
    'a port where nobody listens': world.settings.nobody,
    'a host that does not exist': 'https://nowhere.invalid',
  }).map(([what, baseUrl]) => ({
    name: `transport: ${what}`,
    run: async () =>
      expect(await caught(world.tyk({ baseUrl, retries: 0 }).get('exp-1')), transport('network')),
  })),
  {
    name: 'transport: a certificate that nobody has signed',
    async run() {
      const error = await caught(world.tyk({ baseUrl: world.settings.untrusted }).get('exp-1'))
      expect(error, { ...transport('tls'), retryable: false })
    },
  },
  {
    name: 'transport: such a certificate ends a wait at once',
    async run() {
      const client = world.tyk({ baseUrl: world.settings.untrusted })
      const error = await caught(waitForCompletion(client, 'exp-1', { ...quickly, timeout: '2s' }))
      expect(error, { name: 'WaitError', reason: 'refused' })
    },
  },
  {
    name: 'transport: no TLS where there should be',
    async run() {
      const baseUrl = world.fault('running').baseUrl.replace('http:', 'https:')
      const { name, code } = await caught(world.tyk({ baseUrl, retries: 0 }).get('exp-1'))
      check(name === 'TransportError' && ['tls', 'network'].includes(code), `${name} ${code}`)
    },
  },
  {
    name: 'transport: a token that was refused is fetched again, once',
    async run() {
      const { baseUrl, seen } = world.fault('good-token')
      const token = ({ refresh }: { refresh: boolean }) => (refresh ? 'good-token' : 'stale-token')
      expect(await world.tyk({ baseUrl, token }).get('exp-1'), { status: 'running' })
      const bad = await caught(world.tyk({ baseUrl, token: () => 'bad-token' }).get('exp-1'))
      expect(bad, api('unauthorized', 401))
      expect((await seen()).requests.length, 4)
    },
  },
  {
    name: 'transport: a wait outlives failures that pass',
    async run() {
      const { baseUrl } = world.fault('reset-before-headers')
      const codes: string[] = []
      const onUpdate = (update: { type: string; error?: { code: string } }) =>
        codes.push(update.error?.code ?? '')
      const options = { ...quickly, tolerate: 60, onUpdate }
      const error = await caught(waitForCompletion(world.tyk({ baseUrl }), 'exp-1', options))
      expect(error, { name: 'WaitError', reason: 'unreachable', retryable: true })
      expect(codes[0], 'network')
    },
  },
  {
    name: 'transport: connections that close quietly lose no request',
    async run() {
      const client = world.tyk({ baseUrl: world.fault('closes-quietly').baseUrl })
      for (let look = 0; look < 5; look++) {
        expect(await client.get('exp-1'), { status: 'running' })
        await pause(look * 3)
      }
    },
  },
  {
    name: 'transport: the headers are those that were given',
    async run() {
      const { baseUrl, seen } = world.fault('running')
      await world.tyk({ baseUrl, headers: { 'x-tenant': 'acme' } }).get('exp-1')
      const { token } = world.settings.vendors.tyk
      const given = { authorization: `Bearer ${token}`, accept: 'application/json', 'x-tenant': 'acme' }
      expect((await seen()).requests[0]?.headers, { ...given, cookie: undefined, referer: undefined })
    },
  },
  {
    name: 'transport: a header of Latin-1 is sent as it is',
    async run() {
      const { baseUrl, seen } = world.fault('running')
      await world.tyk({ baseUrl, headers: { 'x-tenant': 'é' } }).get('exp-1')
      expect((await seen()).requests[0]?.headers, { 'x-tenant': 'é' })
    },
  },
  ...[
    ['stalled-download', 'timeout'],
    ['broken-download', 'network'],
    ['broken-download-chunked', 'network'],
    ['broken-download-closing', 'network'],
  ].map(([fault = '', code = '']) => ({
    name: `transport: ${fault}`,
    async run() {
      const { baseUrl, abandoned } = world.fault(fault)
      const { body } = await world.tyk({ baseUrl, timeout: 250 }).openDownload('exp-1')
      expect(await caught(new Response(body).text()), transport(code))
      await abandoned()
    },
  })),
]

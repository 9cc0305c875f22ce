import { inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as errors from '../src/errors.ts'
import { startWait } from '../src/index.ts'
import { JobFailedError, WaitError } from '../src/wait-errors.ts'
import { completed, failed, running } from './wait/world.ts'

const { ApiError, ConfigurationError, ExportJobsError, isExportJobsError, ResponseError, TransportError } =
  errors

const failedJob = failed as Extract<typeof failed, { status: 'failed' }>
const cause = new ApiError('HTTP 503', { vendor: 'acme', httpStatus: 503 })
const all: [string, errors.ExportJobsError, string][] = [
  ['ExportJobsError', new ExportJobsError('some-code', 'words'), 'some-code'],
  ['ApiError', cause, 'server-error'],
  ['TransportError', new TransportError('network', 'words', 'acme'), 'network'],
  ['ResponseError', new ResponseError('not-json', 'words', 'acme'), 'not-json'],
  ['ConfigurationError', new ConfigurationError('invalid-option', 'words'), 'invalid-option'],
  ['JobFailedError', new JobFailedError(failedJob), 'job-failed'],
  [
    'WaitError',
    new WaitError('timeout', 'words', {
      vendor: 'acme',
      state: startWait('e1'),
      lastJob: running(),
      retryAt: new Date(5),
      cause,
    }),
    'wait-timeout',
  ],
]

afterEach(() => vi.resetModules())

describe.each(all)('%s', (name, error, code) => {
  test('is an Error of this package, by name, code and class', () => {
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(ExportJobsError)
    expect(error.name).toBe(name)
    expect(error.code).toBe(code)
    expect(isExportJobsError(error)).toBe(true)
    expect(String(error)).toBe(`${name}: ${error.message}`)
    expect(error.stack).toContain(error.message)
    expect(Object.prototype.toString.call(error)).toBe('[object Error]')
  })

  test('neither JSON nor a console shows raw', () => {
    const shown = [
      JSON.stringify(error),
      JSON.stringify({ ...error }),
      inspect(error, { depth: 9 }),
      JSON.stringify(structuredClone(error)),
    ]
    for (const text of shown) expect(text).not.toContain('raw-words')
  })

  test('a second copy of the package knows it, and the first knows those of the second', async () => {
    vi.resetModules()
    const copy = await import('../src/errors.ts')
    expect(copy.ExportJobsError).not.toBe(ExportJobsError)
    expect(copy.isExportJobsError(error)).toBe(true)
    const theirs = new copy.TransportError('network', 'words')
    expect(theirs).not.toBeInstanceOf(ExportJobsError)
    expect(isExportJobsError(theirs)).toBe(true)
    expect(theirs.name).toBe('TransportError')
  })
})

test.each([
  undefined,
  null,
  5,
  'words',
  {},
  new Error('words'),
  new TypeError('words'),
  { name: 'ApiError', code: 'gone' },
  ExportJobsError,
  completed,
])('%s is no error of this package', (value) => {
  expect(isExportJobsError(value)).toBe(false)
})

test('a wait takes the errors of another copy for what they are', async () => {
  vi.resetModules()
  const copy = await import('../src/index.ts')
  const client = {
    vendor: 'acme',
    get: async () => {
      throw new errors.ApiError('HTTP 403', { vendor: 'acme', httpStatus: 403 })
    },
  }
  await expect(copy.waitForCompletion(client, 'e1')).rejects.toMatchObject({ reason: 'refused' })
})

describe('ApiError', () => {
  test.each([
    [400, 'invalid-request', false],
    [401, 'unauthorized', false],
    [402, 'payment-required', false],
    [403, 'forbidden', false],
    [404, 'not-found', false],
    [405, 'http-error', false],
    [408, 'http-error', true],
    [409, 'http-error', false],
    [410, 'gone', false],
    [412, 'http-error', false],
    [422, 'invalid-request', false],
    [425, 'http-error', true],
    [429, 'rate-limited', true],
    [451, 'http-error', false],
    [500, 'server-error', true],
    [501, 'server-error', false],
    [502, 'server-error', true],
    [503, 'server-error', true],
    [504, 'server-error', true],
    [505, 'server-error', false],
    [599, 'server-error', true],
  ] as const)('%i is %s, retryable: %s', (httpStatus, code, retryable) => {
    expect(new ApiError('words', { vendor: 'acme', httpStatus })).toMatchObject({
      httpStatus,
      code,
      retryable,
    })
  })

  test('what is not known is absent', () => {
    const bare = new ApiError('words', { vendor: 'acme', httpStatus: 404 })
    expect(Object.keys(bare)).not.toContain('requestId')
    expect(Object.keys(bare)).not.toContain('retryAfter')
    expect(bare.problem).toEqual({})
  })

  test('what is known is there', () => {
    const details = { requestId: 'r1', retryAfter: 5, problem: { title: 'Busy' } }
    const error = new ApiError('words', { vendor: 'acme', httpStatus: 429, ...details })
    expect(error).toMatchObject({ ...details, vendor: 'acme' })
  })

  test('a vendor may use a status in another sense, and for good', () => {
    const error = new ApiError('words', {
      vendor: 'acme',
      httpStatus: 429,
      code: 'forbidden',
      permanent: true,
    })
    expect(error).toMatchObject({ httpStatus: 429, code: 'forbidden', retryable: false })
  })
})

test.each([
  ['network', true],
  ['timeout', true],
  ['tls', false],
  ['redirect', false],
] as const)('TransportError %s is retryable: %s', (code, retryable) => {
  expect(new TransportError(code, 'words')).toMatchObject({ code, retryable })
})

test('TransportError says when nothing was sent, and else that the request may have arrived', () => {
  expect(new TransportError('network', 'words', 'acme')).toMatchObject({ sent: true })
  const error = new TransportError('network', 'words', 'acme', false)
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({ vendor: 'acme', retryable: true, sent: false })
})

test.each(['not-json', 'too-large', 'unexpected-shape', 'wrong-job'] as const)('ResponseError %s', (code) => {
  expect(new ResponseError(code, 'words', 'acme')).toMatchObject({ code, vendor: 'acme', retryable: false })
})

test.each(['invalid-option', 'invalid-ref', 'invalid-state'] as const)('ConfigurationError %s', (code) => {
  expect(new ConfigurationError(code, 'words')).toMatchObject({ code, retryable: false })
})

describe('JobFailedError', () => {
  test('has the job, and says what to do', () => {
    const error = new JobFailedError(failedJob)
    expect(error.job).toBe(failed)
    expect(error.job).toHaveProperty('reason', 'disk full')
    expect(error.message).toContain('"e1" failed')
  })

  test.each([
    ['disk full', 'failed: disk full. Start'],
    ['disk full.', 'failed: disk full. Start'],
    ['', 'failed. Start'],
    [' \n', 'failed. Start'],
    ['a\r\n\tb\u0000\u001b[1mc\u2028d\u202ee\ud800f', 'failed: a b [1mc d e f. Start'],
    [
      'see (https://a.example/f?X-Amz-Signature=s3cret) or b://c#d',
      'see (https://a.example/f?[redacted] or b://c?[redacted]. Start',
    ],
    ['PUT b.example/k?X-Amz-Signature=s3cret&a=b failed', 'k?X-Amz-Signature=[redacted]&a=b failed'],
    ['https%3A%2F%2Fb%2Fx%3Fsig%3Ds3cret', 'https%3A%2F%2Fb%2Fx%3Fsig%3D[redacted]. Start'],
    ['"https:\\/\\/b\\/x?sig=s3cret"', '"https:\\/\\/b\\/x?sig=[redacted]". Start'],
    [
      'https://b.example/x;sig=s3cret and &access_token=s3cret',
      'x;sig=[redacted] and &access_token=[redacted]',
    ],
    ['https://me:s3cret@b.example/x', 'failed: https://b.example/x. Start'],
    ['mail me@b.example, design=1', 'failed: mail me@b.example, design=1. Start'],
    ['is it? #1', 'failed: is it? #1. Start'],
    [7, 'failed. Start'],
  ])('names the reason as one line: %j', (reason, text) => {
    expect(new JobFailedError({ ...failedJob, reason } as never).message).toContain(text)
  })

  test('cuts a long reason, and no character in two', () => {
    const { message } = new JobFailedError({ ...failedJob, reason: `${'x'.repeat(498)}😀${'y'.repeat(500)}` })
    expect(message).toContain(`failed: ${'x'.repeat(498)}… Start`)
    const whole = 'x'.repeat(500)
    expect(new JobFailedError({ ...failedJob, reason: whole }).message).toContain(`: ${whole}. Start`)
  })

  test('tells an expired one apart', () => {
    const { reason: _, ...rest } = failedJob
    expect(new JobFailedError({ ...rest, status: 'expired' }).code).toBe('job-expired')
  })
})

describe('WaitError', () => {
  test.each([
    ['timeout', true],
    ['stalled', true],
    ['unreachable', true],
    ['unknown-status', true],
    ['unauthorized', false],
    ['not-found', false],
    ['refused', false],
  ] as const)('%s is retryable: %s', (reason, retryable) => {
    const error = new WaitError(reason, 'words', { vendor: 'acme', state: startWait('e1') })
    expect(error).toMatchObject({ reason, code: `wait-${reason}`, retryable })
    for (const key of ['lastJob', 'retryAt', 'cause']) expect(Object.hasOwn(error, key)).toBe(false)
  })

  test('its JSON holds what is needed to go on', () => {
    const error = new WaitError('timeout', 'words', {
      vendor: 'acme',
      state: startWait('e1'),
      lastJob: running(),
    })
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'wait-timeout', state: { ref: 'e1' } })
    expect(error.lastJob).toEqual(running())
  })
})

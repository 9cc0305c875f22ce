import { describe, expect, test } from 'vitest'
import { exitCodeOfError, exitCodeOfJob, mostSevere } from '../../src/cli/exit-codes.ts'
import {
  ApiError,
  ConfigurationError,
  type ExportJob,
  type ExportJobsError,
  JobFailedError,
  ResponseError,
  startWait,
  TransportError,
  WaitError,
  type WaitErrorReason,
} from '../../src/index.ts'

const job: ExportJob = { vendor: 'tyk', id: 'x', ref: 'x', rawStatus: 'x', raw: {}, status: 'running' }
const api = (httpStatus: number) => new ApiError('No.', { vendor: 'tyk', httpStatus })
const stopped = (reason: WaitErrorReason, cause?: ExportJobsError, lastJob?: ExportJob) =>
  new WaitError(reason, '', { vendor: 'tyk', state: startWait('x'), cause, lastJob })
const html = new ResponseError('not-json', '')
const network = new TransportError('network', '')

describe('the exit code', () => {
  test.each([
    ['401', api(401), 3],
    ['402', api(402), 3],
    ['403', api(403), 3],
    ['404', api(404), 3],
    ['410', api(410), 1],
    ['422', api(422), 3],
    ['429', api(429), 124],
    ['503', api(503), 124],
    ['a network error', network, 124],
    ['no answer in time', new TransportError('timeout', ''), 124],
    ['HTML, or another API', html, 2],
    ['JSON of another kind', new ResponseError('unexpected-shape', ''), 2],
    ['a page without end', new ResponseError('too-large', ''), 2],
    ['a login page', new TransportError('redirect', ''), 2],
    ['a certificate that is not trusted', new TransportError('tls', ''), 2],
    ['the answer for another export', new ResponseError('wrong-job', ''), 124],
    ['a file that broke off', new ResponseError('incomplete', ''), 124],
    ['a wrong option', new ConfigurationError('invalid-ref', ''), 2],
    ['a canceled export', new JobFailedError({ ...job, status: 'canceled' }), 1],
    ['a full disk', Object.assign(new Error('ENOSPC'), { syscall: 'write' }), 2],
    ['a bug', new Error('a bug'), undefined],
    ['a bug that throws text', 'a bug', undefined],
  ])('of %s', (_, error, code) => {
    expect(exitCodeOfError(error)).toBe(code)
  })

  test.each([
    ['timeout', stopped('timeout'), 124],
    ['timeout while polls failed', stopped('timeout', network), 124],
    ['stalled', stopped('stalled'), 124],
    ['unknown status', stopped('unknown-status'), 124],
    ['unreachable', stopped('unreachable', network), 124],
    ['unreachable, for HTML from the start', stopped('unreachable', html), 2],
    ['unreachable, for HTML of an API that had answered', stopped('unreachable', html, job), 124],
    ['unauthorized', stopped('unauthorized', api(401)), 3],
    ['not found', stopped('not-found', api(404)), 3],
    ['refused', stopped('refused', api(403)), 3],
    ['refused without a cause', stopped('refused'), 3],
    ['refused by a redirect', stopped('refused', new TransportError('redirect', '')), 2],
    ['refused as gone', stopped('refused', api(410)), 1],
  ])('of a wait that stopped: %s', (_, error, code) => {
    expect(exitCodeOfError(error)).toBe(code)
  })

  test('of jobs', () => {
    const codes = (
      ['pending', 'running', 'unknown', 'completed', 'failed', 'canceled', 'expired'] as const
    ).map((status) => exitCodeOfJob({ status } as ExportJob))
    expect(codes).toEqual([0, 0, 0, 0, 1, 1, 1])
  })

  test('of several is the most severe', () => {
    expect(mostSevere([])).toBe(0)
    expect(mostSevere([0, 124, 0])).toBe(124)
    expect(mostSevere([124, 1, 0])).toBe(1)
    expect(mostSevere([1, 3, 124])).toBe(3)
    expect(mostSevere([3, 2])).toBe(2)
    expect(mostSevere([2, 70])).toBe(70)
  })
})

import { expect, test } from 'vitest'
import { startWait, waitForCompletion, watch } from '../../src/index.ts'
import {
  apiError,
  completed,
  failed,
  naiveClock,
  outcome,
  pending,
  running,
  type Step,
  scripted,
} from './world.ts'

const prototype = Object.prototype as unknown as Record<string, unknown>
const busy = apiError(503)
const forbidden = apiError(403)

/** How a wait went, as text. */
async function story(...steps: Step[]): Promise<string> {
  const clock = naiveClock()
  const schedule = { minDelay: '2s', maxDelay: '2s' } as const
  const timeout = '1m'
  const lines: unknown[] = []
  const seen = await outcome(
    (async () => {
      for await (const { type } of watch(scripted(clock, ...steps), startWait('e1'), {
        clock,
        schedule,
        timeout,
      })) {
        lines.push(type, clock.now())
      }
    })(),
  )
  const end = await outcome(waitForCompletion(scripted(clock, ...steps), 'e1', { clock, schedule, timeout }))
  const error = Object.assign(Object.create(null), end.error)
  lines.push(String(seen.error), end.value?.status, String(end.error), Object.keys(error))
  return JSON.stringify([lines, error.code, error.reason, clock.now()])
}

async function polluted(name: string, value: unknown, steps: Step[]): Promise<string> {
  prototype[name] = value
  try {
    return await story(...steps)
  } finally {
    delete prototype[name]
  }
}

async function changesNothing(name: string, scripts: Step[][]): Promise<void> {
  for (const steps of scripts) {
    const expected = await story(...steps)
    for (const value of ['polluted', 0, 600_000]) expect(await polluted(name, value, steps)).toBe(expected)
  }
}

const happy = [pending(), running({ progress: 3 }), completed]
const all = [happy, [pending(), busy, completed], [failed], [forbidden], [running()]]

test.each([
  ...['timeout', 'schedule', 'minDelay', 'maxDelay', 'tolerate', 'notFoundGrace', 'stallAfter', 'keepAlive'],
  ...['clock', 'onUpdate', 'since', 'startedAt', 'changedAt', 'failingSince', 'notFoundSince', 'finished'],
  ...['kind', 'version', 'ref', 'polls', 'hint', 'lastJob', 'cause', 'code', 'nextPollAt'],
  ...['once', 'passive', 'requestId', 'createdAt', 'progress'],
])('a polluted Object.prototype.%s changes nothing', (name) => changesNothing(name, all))

test('a polluted Object.prototype.retryAt changes nothing', () => changesNothing('retryAt', [[running()]]))

test.each(['wakeAt', 'job'])('a polluted Object.prototype.%s changes nothing', (name) =>
  changesNothing(name, all),
)

test('a polluted Object.prototype.retryAfter changes nothing', () => changesNothing('retryAfter', all))

test('a polluted Object.prototype.enumerable changes nothing', () =>
  changesNothing('enumerable', [[failed], [running()]]))

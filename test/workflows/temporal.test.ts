import { fileURLToPath } from 'node:url'
import { MockActivityEnvironment } from '@temporalio/testing'
import { type InjectedSinks, Runtime, Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { type PollStep, pollStep, startWait, type WaitState } from 'export-jobs'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createActivities } from './recipes/temporal/activities.ts'
import { createClient } from './support/client.ts'
import type { CallSinks } from './support/temporal-calls.ts'
import { HistoryWriter } from './support/temporal-history.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const first = startWait('e1')

describe('a loop of activities', () => {
  beforeAll(() => {
    const nothing = () => {}
    const logger = {
      log: nothing,
      trace: nothing,
      debug: nothing,
      info: nothing,
      warn: nothing,
      error: nothing,
    }
    Runtime.install({ logger, telemetryOptions: { logging: { filter: 'OFF', forward: {} } } })
  })

  /** Runs the workflow as the history says, and returns what it asked for. */
  async function replay(history: HistoryWriter) {
    const calls: [name: string, argument: unknown][] = []
    const sinks: InjectedSinks<CallSinks> = {
      calls: { add: { fn: (_info, ...call) => void calls.push(call), callDuringReplay: true } },
    }
    const options = {
      workflowsPath: at('recipes/temporal/workflows.ts'),
      interceptors: { workflowModules: [at('support/temporal-calls.ts')] },
      sinks,
    }
    await Worker.runReplayHistory(options, { events: history.events }, 'e1')
    return calls
  }

  /** Two polls of an export, and a history up to the end of the minute in between. */
  async function prepare(options?: { suggest: boolean }) {
    const { client } = createClient(2)
    const one = (await pollStep(client, first)) as Extract<PollStep<string>, { outcome: 'waiting' }>
    const two = await pollStep(client, one.state)
    const history = new HistoryWriter('waitInLoop', first, one.wakeAt - 60_000)
      .task()
      .activity(1, 'poll', first, one)
      .task()
      .timer(1, one.wakeAt)
      .task(options)
    return { history, state: one.state, two }
  }

  test('polls, sleeps until it is time, polls, and returns the end', async () => {
    const { history, state, two } = await prepare()
    history.activity(2, 'poll', state, two).task().result(two)
    expect(await replay(history)).toEqual([
      ['poll', first],
      ['sleep', 60_000],
      ['poll', state],
    ])
  })

  test('begins anew with the last state when its history is long', async () => {
    const { history, state } = await prepare({ suggest: true })
    history.continueAsNew('waitInLoop', state)
    expect((await replay(history)).at(-1)).toEqual(['continue as new', state])
  })

  test('a history that it would not have written is refused', async () => {
    const { history, state, two } = await prepare()
    history.timer(2, Date.now()).activity(2, 'poll', state, two).task().result(two)
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError)
  })

  test('its activity is one poll, which a cancellation ends', async () => {
    const { poll } = createActivities(createClient().client)
    const environment = new MockActivityEnvironment()
    expect(await environment.run(poll, first)).toMatchObject({ outcome: 'waiting', state: { polls: 1 } })
    environment.cancel()
    await expect(environment.run(poll, first)).rejects.toThrow('CANCELLED')
  })
})

describe('one long activity', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** An attempt of the activity, and the states that it told to the server. */
  function attempt(client: ReturnType<typeof createClient>['client'], heartbeatDetails?: WaitState<string>) {
    const environment = new MockActivityEnvironment({ heartbeatDetails })
    const beats: WaitState<string>[] = []
    environment.on('heartbeat', (state) => beats.push(state))
    const ended = environment.run(createActivities(client).wait, first)
    return { environment, beats, ended }
  }

  test('waits until the end, and tells its state after each poll and while it sleeps', async () => {
    const { client, polls } = createClient(12)
    const { beats, ended } = attempt(client)
    await vi.runAllTimersAsync()
    expect(await ended).toMatchObject({ outcome: 'completed', state: { polls: 12 } })
    expect(polls.get('e1')).toBe(12)
    expect([...new Set(beats.map((state) => state.polls))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(beats.length).toBeGreaterThan(11)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('an attempt that was stopped is resumed by the next one, and cancellation ends its sleep', async () => {
    const { client } = createClient(3)
    const stopped = attempt(client)
    await vi.advanceTimersByTimeAsync(0)
    stopped.environment.cancel()
    await expect(stopped.ended).rejects.toThrow('CANCELLED')
    expect(vi.getTimerCount()).toBe(0)
    const next = attempt(client, stopped.beats.at(-1))
    await vi.runAllTimersAsync()
    expect(await next.ended).toMatchObject({ outcome: 'completed', state: { polls: 3 } })
    expect(next.beats[0]).toMatchObject({ polls: 2 })
  })
})

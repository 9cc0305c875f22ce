import { setTimeout as sleep } from 'node:timers/promises'
import { type ExportClient, type ExportJob, type PollStep, startWait, waitKey } from 'export-jobs'
import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import pg from 'pg'
import PgBoss from 'pg-boss'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitTask } from './recipes/graphile-worker.ts'
import { workOnWaits } from './recipes/pg-boss.ts'
import { handleWait, type WaitMessage } from './recipes/sqs.ts'
import { startPostgres, type TestPostgres } from './support/postgres.ts'

const ids = ['e1', 'e2', 'e3']

/** A client whose exports are done after so many polls. */
function createClient(pollsNeeded = 3) {
  const polls = new Map<string, number>()
  const client: ExportClient<string, ExportJob<unknown, string>> = {
    vendor: 'acme',
    async get(ref) {
      const count = (polls.get(ref) ?? 0) + 1
      polls.set(ref, count)
      const status = count < pollsNeeded ? ('running' as const) : ('completed' as const)
      return { vendor: 'acme', id: ref, ref, status, rawStatus: status, raw: {} }
    },
  }
  return { client, polls }
}

/** Collects how waits end. */
function collect() {
  const ended: PollStep<string>[] = []
  const onEnd = async (step: PollStep<string>) => void ended.push(step)
  const allEnded = async () => {
    while (ended.length < ids.length) await sleep(50)
    // None comes twice.
    await sleep(200)
    return ended.map((step) => [step.state.ref, step.outcome, step.state.polls].join(' ')).sort()
  }
  return { onEnd, allEnded }
}
const all = ids.map((id) => `${id} completed 3`)

describe('on PostgreSQL', () => {
  let postgres: TestPostgres
  let pool: pg.Pool
  beforeAll(async () => {
    postgres = await startPostgres()
    pool = new pg.Pool({ connectionString: postgres.connectionString })
    pool.on('error', () => {})
  })
  afterAll(async () => {
    await pool.end()
    await postgres.stop()
  })

  test('pg-boss', async () => {
    const boss = new PgBoss({ connectionString: postgres.connectionString })
    boss.on('error', () => {})
    await boss.start()
    await boss.createQueue('waits')
    const { client, polls } = createClient()
    const { onEnd, allEnded } = collect()
    await workOnWaits(boss, pool, client, onEnd)
    for (const id of ids) await boss.send('waits', { state: startWait(id) })
    expect(await allEnded()).toEqual(all)
    expect([...polls.values()]).toEqual([3, 3, 3])
    await boss.stop({ graceful: false })
  })

  test('graphile-worker', async () => {
    const { client, polls } = createClient()
    const { onEnd, allEnded } = collect()
    const utils = await makeWorkerUtils({ pgPool: pool })
    await utils.migrate()
    for (const id of [...ids, ...ids])
      await utils.addJob('wait', { state: startWait(id) }, { jobKey: waitKey(client, id) })
    await utils.release()
    const runner = await run({
      pgPool: pool,
      concurrency: 5,
      noHandleSignals: true,
      pollInterval: 200,
      logger: new Logger(() => () => {}),
      taskList: { wait: waitTask(client, onEnd) },
    })
    const ended = await allEnded()
    await runner.stop()
    expect(ended).toEqual(all)
    expect([...polls.values()]).toEqual([3, 3, 3])
  })
})

describe('SQS', () => {
  test('hops without a poll while a message cannot sleep long enough', async () => {
    const { client, polls } = createClient(1)
    const { onEnd, allEnded } = collect()
    const start = Date.now()
    const wakeAt = start + 2_000_000
    const sent: [message: WaitMessage, delaySeconds: number][] = []
    const send = async (...message: (typeof sent)[number]) => void sent.push(message)
    await handleWait({ state: startWait('e1'), wakeAt }, client, send, onEnd)
    expect(sent).toEqual([[{ state: startWait('e1'), wakeAt }, 900]])
    expect(polls.size).toBe(0)
    for (const id of ids) await handleWait({ state: startWait(id), wakeAt: start }, client, send, onEnd)
    expect(await allEnded()).toEqual(ids.map((id) => `${id} completed 1`))
  })

  test('comes back when it is due', async () => {
    const { client } = createClient(2)
    const sent: [message: WaitMessage, delaySeconds: number][] = []
    const send = async (...message: (typeof sent)[number]) => void sent.push(message)
    const { onEnd } = collect()
    await handleWait({ state: startWait('e1'), wakeAt: 0 }, client, send, onEnd)
    expect(sent[0]?.[0]).toMatchObject({ state: { polls: 1 }, wakeAt: expect.any(Number) })
    expect(sent[0]?.[1]).toBeLessThanOrEqual(2)
  })
})

import type { ExportClient, ExportJob, PollStep, WaitState } from 'export-jobs'
import { pollStep } from 'export-jobs'
import type { Pool } from 'pg'
import type PgBoss from 'pg-boss'

/** Polls the waits of a queue of pg-boss: `boss.send('waits', { state: startWait(id) }, { singletonKey: waitKey(client, id) })`. */
export async function workOnWaits(
  boss: PgBoss,
  pool: Pool,
  client: ExportClient<string, ExportJob>,
  onEnd: (step: PollStep<string>) => Promise<void>,
): Promise<void> {
  await boss.work<{ state: WaitState<string> }>('waits', { pollingIntervalSeconds: 0.5 }, async ([job]) => {
    if (!job) return
    const step = await pollStep(client, job.data.state)
    if (step.outcome !== 'waiting') return onEnd(step)
    // In one transaction: a crash between the two would lose or duplicate the wait.
    const connection = await pool.connect()
    const db = { executeSql: (text: string, values: unknown[]) => connection.query(text, values) }
    try {
      await connection.query('BEGIN')
      await boss.send('waits', { state: step.state }, { startAfter: new Date(step.wakeAt), db })
      await boss.complete('waits', job.id, {}, { db })
      await connection.query('COMMIT')
    } catch (error) {
      await connection.query('ROLLBACK')
      throw error
    } finally {
      connection.release()
    }
  })
}

import { Context } from '@temporalio/activity'
import type { ExportClient, ExportJob, PollStep, WaitState } from 'export-jobs'
import { pollStep } from 'export-jobs'

/** For `Worker.create({ activities: createActivities(client), … })`. */
export const createActivities = (client: ExportClient<string, ExportJob>) => ({
  /** One poll, for a workflow that sleeps in between. */
  poll: (state: WaitState<string>): Promise<PollStep<string>> =>
    pollStep(client, state, { signal: Context.current().cancellationSignal }),

  /** The whole wait in one activity: the next attempt resumes with the state of the last heartbeat. */
  async wait(first: WaitState<string>): Promise<PollStep<string>> {
    const { info, cancellationSignal: signal, heartbeat, sleep } = Context.current()
    let state: WaitState<string> = info.heartbeatDetails ?? first
    const beat = setInterval(() => heartbeat(state), 10_000)
    try {
      while (true) {
        const step = await pollStep(client, state, { signal })
        if (step.outcome !== 'waiting') return step
        state = step.state
        heartbeat(state)
        await sleep(step.wakeAt - Date.now())
      }
    } finally {
      clearInterval(beat)
    }
  },
})

import type { ExportClient, ExportJob, PollStep, WaitState } from 'export-jobs'
import { pollStep, waitKey } from 'export-jobs'
import type { Task } from 'graphile-worker'

/** A task that polls: `addJob('wait', { state: startWait(id) }, { jobKey: waitKey(client, id) })`. */
export function waitTask(
  client: ExportClient<string, ExportJob>,
  onEnd: (step: PollStep<string>) => Promise<void>,
): Task {
  return async (payload, { addJob }) => {
    const { state } = payload as { state: WaitState<string> }
    const step = await pollStep(client, state)
    if (step.outcome !== 'waiting') return onEnd(step)
    // The key prevents a duplicate if a crash makes this job run again.
    const jobKey = waitKey(client, state.ref)
    await addJob('wait', { state: step.state }, { runAt: new Date(step.wakeAt), jobKey })
  }
}

import { DBOS } from '@dbos-inc/dbos-sdk'
import type { ExportClient, ExportJob, PollStep, WaitState } from 'export-jobs'
import { pollStep } from 'export-jobs'

/**
 * Registers the workflow, before `DBOS.launch()`. The ID makes it one wait per export:
 * `DBOS.startWorkflow(waitForExport, { workflowID: waitKey(client, id) })(startWait(id))`.
 */
export const registerWait = (client: ExportClient<string, ExportJob>) =>
  DBOS.registerWorkflow(
    async (first: WaitState<string>): Promise<PollStep<string>> => {
      for (let state = first; ; ) {
        const step = await DBOS.runStep(() => pollStep(client, state), { name: 'poll' })
        if (step.outcome !== 'waiting') return step
        state = step.state
        await DBOS.sleep(Math.max(0, step.wakeAt - Date.now()))
      }
    },
    { name: 'waitForExport' },
  )

import { type WorkflowContext, workflow } from '@restatedev/restate-sdk'
import type { ExportClient, ExportJob, PollStep, WaitState } from 'export-jobs'
import { pollStep } from 'export-jobs'

/** `serve({ services: [createWaitWorkflow(client)] })`; its key is `waitKey(client, id)`, its argument `startWait(id)`. */
export const createWaitWorkflow = (client: ExportClient<string, ExportJob>) =>
  workflow({
    name: 'waitForExport',
    handlers: {
      async run(context: WorkflowContext, first: WaitState<string>): Promise<PollStep<string>> {
        for (let state = first; ; ) {
          const step = await context.run('poll', () => pollStep(client, state))
          if (step.outcome !== 'waiting') return step
          state = step.state
          await context.sleep(Math.max(0, step.wakeAt - (await context.date.now())))
        }
      },
    },
  })

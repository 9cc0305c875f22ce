import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js'
import type { ExportClient, ExportJob, PollStep, WaitState } from 'export-jobs'
import { pollStep } from 'export-jobs'

const secondsUntil = (wakeAt: number) => Math.max(1, Math.ceil((wakeAt - Date.now()) / 1_000))

/** `export const handler = createHandler(client)`, which is invoked with `startWait(id)`. */
export const createHandler = (client: ExportClient<string, ExportJob>) =>
  withDurableExecution((state: WaitState<string>, context: DurableContext) =>
    // One operation for all polls; the function does not run in between.
    context.waitForCondition<PollStep<string>>('export', (step) => pollStep(client, step.state), {
      initialState: { outcome: 'waiting', state, wakeAt: 0 },
      waitStrategy: (step) =>
        step.outcome === 'waiting'
          ? { shouldContinue: true, delay: { seconds: secondsUntil(step.wakeAt) } }
          : { shouldContinue: false },
    }),
  )

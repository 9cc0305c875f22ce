import type { ExportClient, ExportJob, WaitState } from 'export-jobs'
import { pollStep } from 'export-jobs'
import type { Inngest } from 'inngest'

/** Waits for the export of an event: `inngest.send({ name: 'export/started', data: { state: startWait(id) } })`. */
export const createWaitFunction = (inngest: Inngest, client: ExportClient<string, ExportJob>) =>
  inngest.createFunction(
    { id: 'wait-for-export', triggers: [{ event: 'export/started' }] },
    async ({ event, step }) => {
      let state: WaitState<string> = event.data.state
      for (let count = 1; ; count++) {
        const polled = await step.run(`poll ${count}`, () => pollStep(client, state))
        if (polled.outcome !== 'waiting') return polled
        state = polled.state
        await step.sleepUntil(`sleep ${count}`, new Date(polled.wakeAt))
      }
    },
  )

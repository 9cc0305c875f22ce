import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers'
import { pollStep, type WaitState } from 'export-jobs'
import { createTykClient } from 'export-jobs/tyk'

/** `env.WAITS.create({ id: waitKey('tyk', id), params: startWait(id) })` waits for an export, once. */
export class WaitForExport extends WorkflowEntrypoint<Env, WaitState<string>> {
  override async run({ payload }: WorkflowEvent<WaitState<string>>, step: WorkflowStep) {
    const client = createTykClient({ baseUrl: this.env.TYK_BASE_URL, token: this.env.TYK_TOKEN })
    for (let state = payload, count = 1; ; count++) {
      const polled = await step.do(`poll ${count}`, () => pollStep(client, state))
      if (polled.outcome !== 'waiting') return polled
      state = polled.state
      await step.sleepUntil(`sleep ${count}`, new Date(polled.wakeAt))
    }
  }
}

interface Env {
  readonly TYK_BASE_URL: string
  readonly TYK_TOKEN: string
}

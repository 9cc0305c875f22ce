import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow'
import type { PollStep, WaitState } from 'export-jobs'
import type { createActivities } from './activities.ts'

type Activities = ReturnType<typeof createActivities>
const { poll } = proxyActivities<Activities>({ startToCloseTimeout: '2m' })
const { wait } = proxyActivities<Activities>({ startToCloseTimeout: '2d', heartbeatTimeout: '1m' })

/** A loop of activities: while it sleeps, it uses no worker. */
export async function waitInLoop(first: WaitState<string>): Promise<PollStep<string>> {
  for (let state = first; ; ) {
    const step = await poll(state)
    if (step.outcome !== 'waiting') return step
    state = step.state
    await sleep(step.wakeAt - Date.now())
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof waitInLoop>(state)
  }
}

/** One long activity: a history of few events, but each wait occupies an activity slot of a worker. */
export const waitInActivity = (first: WaitState<string>): Promise<PollStep<string>> => wait(first)

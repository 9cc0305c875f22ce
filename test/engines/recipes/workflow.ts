import type { PollStep, WaitState } from 'export-jobs'

/** What such an engine has: a step whose answer is kept, and a sleep that outlives the process. */
export interface Engine {
  run(name: string, step: () => Promise<PollStep<string>>): Promise<PollStep<string>>
  sleepUntil(name: string, wakeAt: Date): Promise<void>
}

/** The workflow: `poll` calls `pollStep(client, state)`, in an activity where the engine has such. */
export async function waitInWorkflow(
  engine: Engine,
  first: WaitState<string>,
  poll: (state: WaitState<string>) => Promise<PollStep<string>>,
): Promise<PollStep<string>> {
  for (let state = first, count = 1; ; count++) {
    const now = state
    const step = await engine.run(`poll ${count}`, () => poll(now))
    if (step.outcome !== 'waiting') return step
    await engine.sleepUntil(`sleep ${count}`, new Date(step.wakeAt))
    state = step.state
  }
}

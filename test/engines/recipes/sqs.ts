import type { ExportClient, ExportJob, PollStep, WaitState } from 'export-jobs'
import { pollStep } from 'export-jobs'

/** The content of a message. The first one is `{ state: startWait(id), wakeAt: 0 }`. */
export interface WaitMessage {
  readonly state: WaitState<string>
  readonly wakeAt: number
}

/** Handles one message; `send` is `SendMessage` with `DelaySeconds`. Delete the message when it has returned. */
export async function handleWait(
  { state, wakeAt }: WaitMessage,
  client: ExportClient<string, ExportJob>,
  send: (message: WaitMessage, delaySeconds: number) => Promise<void>,
  onEnd: (step: PollStep<string>) => Promise<void>,
): Promise<void> {
  const sleepUntil = (next: WaitMessage) =>
    send(next, Math.min(900, Math.ceil(Math.max(0, next.wakeAt - Date.now()) / 1_000)))
  if (wakeAt > Date.now() + 1_000) return sleepUntil({ state, wakeAt })
  const step = await pollStep(client, state)
  if (step.outcome === 'waiting') return sleepUntil({ state: step.state, wakeAt: step.wakeAt })
  return onEnd(step)
}

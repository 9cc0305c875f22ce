// Told to the workflows of a replay: it tells the test what they asked for, as a replay compares no arguments.
import { proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow'

/** Where the calls go. */
export interface CallSinks extends Sinks {
  calls: { add(name: string, argument: unknown): void }
}

const { calls } = proxySinks<CallSinks>()

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        calls.add(input.activityType, input.args[0])
        return next(input)
      },
      startTimer(input, next) {
        calls.add('sleep', input.durationMs)
        return next(input)
      },
      continueAsNew(input, next) {
        calls.add('continue as new', input.args[0])
        return next(input)
      },
    },
  ],
})

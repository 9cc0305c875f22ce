import type { ExportClient } from '../client.ts'
import { raceAbort } from '../internal/abort.ts'
import { createLimiter } from '../internal/limiter.ts'
import { copyOwn } from '../internal/options.ts'
import { systemClock } from '../internal/system-clock.ts'
import { afterReading } from '../internal/timers.ts'
import type { ExportJob, WaitState } from '../job.ts'
import { isUnderWay } from './look.ts'
import { resolveWaitOptions, type Update, type WaitOptions, type WaitSettings } from './options.ts'
import { perClient } from './per-client.ts'
import { poll } from './poll-once.ts'
import { toState } from './state.ts'
import { originOf } from './timeline.ts'
import { createTurns } from './turn.ts'

/** A wait of this process. It is all that is held while the wait sleeps, of which there may be a hundred thousand. */
export interface Following<Ref, Job extends ExportJob> {
  readonly client: ExportClient<Ref, Job>
  readonly settings: WaitSettings
  /** Of the clock, as {@link originOf} tells it. */
  readonly origin: number
  state: WaitState<Ref>
  lastJob: Job | undefined
  /** The instant of the next poll; absent when the export has ended. */
  wakeAt: number | undefined
}

// So many looks of a client's may be under way at once. It does not limit requests, which is for the client to do:
// the others wait here, where there is next to nothing of them yet, and not in its queue, where there is all of them.
const most = 500

const gateOf = perClient(() => createLimiter(most, [], systemClock))

// On some runtimes timers end with the request that set them: what waits of several clients shared would hang.
const turnOf = perClient(createTurns)

/** Begins a wait, or goes on with one, when its turn has come. No request is made. */
export async function follow<Ref, Job extends ExportJob>(
  client: ExportClient<Ref, Job>,
  refOrState: Ref | WaitState<Ref>,
  options: WaitOptions<Job> | undefined,
): Promise<Following<Ref, Job>> {
  const settings = resolveWaitOptions(options)
  // Until then there is no more of it than this, of which there may be a hundred thousand, too.
  await turnOf(client)(settings.signal)
  const state = toState(refOrState)
  return { client, settings, origin: originOf(settings.clock), state, lastJob: undefined, wakeAt: undefined }
}

/** Polls once, when there is room for one more look. */
export async function step<Ref, Job extends ExportJob>(wait: Following<Ref, Job>): Promise<Update<Job>> {
  const { client, settings, state } = wait
  if (isLate(wait)) await new Promise<void>(afterReading)
  // Who takes part in a look that is under way needs no place of his own.
  if (isUnderWay(client, state.ref)) return advance(wait)
  const entered = gateOf(client).enter(settings.signal)
  const leave = entered instanceof Promise ? await entered : entered
  try {
    return await advance(wait)
  } finally {
    leave()
  }
}

// A process that was stopped wakes before it reads which connections were closed meanwhile: a look over one of those
// would fail, and it may be the last one.
function isLate({ settings: { clock }, origin, wakeAt }: Following<unknown, ExportJob>): boolean {
  return clock === systemClock && wakeAt !== undefined && origin + clock.now() - wakeAt > 1_000
}

async function advance<Ref, Job extends ExportJob>(wait: Following<Ref, Job>): Promise<Update<Job>> {
  const { client, settings, origin } = wait
  const { update, state, wakeAt } = copyOwn(await poll(client, wait.state, settings, origin, wait.lastJob))
  wait.state = state
  wait.wakeAt = wakeAt?.getTime()
  if (update.type === 'job') wait.lastJob = update.job
  return update
}

/** Sleeps until the next poll. Rejects with the signal's own reason. */
export function rest<Ref, Job extends ExportJob>(wait: Following<Ref, Job>): Promise<void> {
  const { clock, signal, keepAlive } = wait.settings
  const delay = Math.max(0, (wait.wakeAt as number) - wait.origin - clock.now())
  const sleep = clock.sleep(delay, { signal, keepAlive })
  // A clock of the user's own may pay no heed to the signal, or reject with an error of its own.
  return clock === systemClock || !signal ? sleep : raceAbort(sleep, { signal })
}

import { type Duration, parseDuration } from '../duration.ts'
import { assertOption } from '../internal/options.ts'

/** How one simulated export behaves. By default it completes after about a second. */
export interface JobScript {
  /** Its id (for Didomi the id of the run). Default: a new one of the vendor's own kind. */
  readonly id?: string
  /** Didomi only: the recurring export this is a run of. Default `simulator.didomi.exportId`. */
  readonly exportId?: string
  /** How long it is pending. Default: the simulator's, `'300ms'`. */
  readonly pending?: Duration
  /** How long it is running. Default: the simulator's, `'1s'`. */
  readonly running?: Duration
  /**
   * How it ends; `'stuck'` runs forever. Default `'completed'`. Only Anaconda and LoyaltyDog have a status for
   * `'canceled'`: the other two show an undocumented word.
   */
  readonly outcome?: 'completed' | 'failed' | 'canceled' | 'stuck'
  /** Anaconda only: whether `progress` is a number; `null` otherwise. Default `true`. */
  readonly progress?: boolean
  /** The vendor's reason. Default: of a failed export a typical sentence, of a canceled one none. */
  readonly error?: string
  /** How long the vendor answers 404 at first, as when a new export has not reached every replica. Default 0. */
  readonly notFoundFor?: Duration
  /** An undocumented status, shown instead of the one for running. */
  readonly status?: string
  /** After so many answered status requests the token expires once, as by `expireToken()`: the next one gets 401. */
  readonly unauthorizedAfter?: number
  /** The `Retry-After` header of its status answers: whole seconds or a date. */
  readonly retryAfter?: string
  /**
   * Tyk: the time from completion to `expires_at`, default `'24h'`. LoyaltyDog and your own vendors: how long a
   * presigned URL is valid, in whole seconds, default `'1h'`.
   */
  readonly expiresAfter?: Duration
  /** How many records the finished file has. Default 3; a true zero is fine. */
  readonly records?: number
}

/** The durations of a script in milliseconds, and its outcome. */
export interface TimeLine {
  readonly pending: number
  readonly running: number
  readonly notFoundFor: number
  readonly outcome: NonNullable<JobScript['outcome']>
}

/** The state of an export at one age. */
export interface Moment {
  /** `'missing'`: the vendor still answers 404. */
  readonly phase: 'missing' | 'pending' | 'running' | 'completed' | 'failed' | 'canceled'
  /** 0 to 100. A stuck export reaches 100 and still runs: Anaconda's progress is approximate. */
  readonly progress: number
}

const outcomes = ['completed', 'failed', 'canceled', 'stuck']

const isText = (value: unknown) => typeof value === 'string'
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

const isSpan = (value: unknown, name: string) => parseDuration(value as Duration, name) >= 0

const isValid: { readonly [Name in keyof JobScript]-?: (value: unknown, name: string) => boolean } = {
  id: (value) => isText(value) && value !== '',
  exportId: (value) => isText(value) && value !== '',
  pending: isSpan,
  running: isSpan,
  outcome: (value) => outcomes.includes(value as string),
  progress: (value) => typeof value === 'boolean',
  error: isText,
  notFoundFor: isSpan,
  status: isText,
  unauthorizedAfter: isCount,
  retryAfter: isText,
  expiresAfter: isSpan,
  records: isCount,
}

/**
 * Checks a script.
 *
 * @returns the script
 * @throws ConfigurationError `invalid-option` for a name that a script does not have, or a value that it cannot have.
 */
export function checkScript(script: JobScript): JobScript {
  for (const [name, value] of Object.entries(script)) {
    const check = Object.hasOwn(isValid, name) ? isValid[name as keyof JobScript] : undefined
    assertOption(
      check !== undefined,
      `The script of a simulated export has no "${name}", but ${Object.keys(isValid).join(', ')}.`,
    )
    const given = typeof value === 'string' ? `"${value}"` : String(value)
    assertOption(
      value === undefined || check(value, name),
      `The ${name} of a simulated export cannot be ${given}.`,
    )
  }
  return script
}

/** @throws ConfigurationError `invalid-option` for an invalid script, at the call that passes it. */
export function timeLineOf(script: JobScript, defaults: { pending: Duration; running: Duration }): TimeLine {
  checkScript(script)
  return {
    pending: parseDuration(script.pending ?? defaults.pending, 'pending'),
    running: parseDuration(script.running ?? defaults.running, 'running'),
    notFoundFor: parseDuration(script.notFoundFor ?? 0, 'notFoundFor'),
    outcome: script.outcome ?? 'completed',
  }
}

/** The state of an export so many milliseconds after its start. */
export function momentAt(line: TimeLine, age: number): Moment {
  if (age < line.notFoundFor) return { phase: 'missing', progress: 0 }
  if (age < line.pending) return { phase: 'pending', progress: 0 }
  const ran = age - line.pending
  if (ran < line.running) return { phase: 'running', progress: Math.floor((100 * ran) / line.running) }
  if (line.outcome === 'stuck') return { phase: 'running', progress: 100 }
  return { phase: line.outcome, progress: line.outcome === 'completed' ? 100 : 99 }
}

import { type Duration, parseDuration } from '../duration.ts'
import { assertOption } from '../internal/options.ts'

/** What one simulated export does. Every field is optional: by default it completes after a second or so. */
export interface JobScript {
  /** Its id (for Didomi the id of the run). Default: a new one of the vendor's own kind. */
  id?: string
  /** Didomi only: the recurring export this is a run of. Default `simulator.didomi.exportId`. */
  exportId?: string
  /** How long it waits before it runs. Default: the simulator's, `'300ms'`. */
  pending?: Duration
  /** How long it runs. Default: the simulator's, `'1s'`. */
  running?: Duration
  /**
   * How it ends; `'stuck'` runs for ever. Default `'completed'`. `'canceled'` is known of Anaconda and LoyaltyDog: the
   * other two show it as a word that they never published.
   */
  outcome?: 'completed' | 'failed' | 'canceled' | 'stuck'
  /** Anaconda only: whether `progress` is a number; `null` otherwise. Default `true`. */
  progress?: boolean
  /** The vendor's reason: of a failed export, by default a sentence in the vendor's manner; of a canceled one, none. */
  error?: string
  /** How long the vendor says 404 at first: the export exists but has not reached every replica. Default 0. */
  notFoundFor?: Duration
  /** A status word nobody documented, shown instead of the running one. */
  status?: string
  /** After so many answered status calls the token expires, once, as by `expireToken()`; the next one is 401. */
  unauthorizedAfter?: number
  /** The `Retry-After` header on the 200 answers of its status: whole seconds or a date. */
  retryAfter?: string
  /**
   * Tyk: from completion to `expires_at`, default `'24h'`. LoyaltyDog: life of a presigned URL, default `'1h'`,
   * in whole seconds.
   */
  expiresAfter?: Duration
  /** How many records the finished file has. Default 3; a true zero is fine. */
  records?: number
}

/** The durations of a script in milliseconds. Made by {@link timeLineOf}. */
export interface TimeLine {
  readonly pending: number
  readonly running: number
  readonly notFoundFor: number
  readonly outcome: 'completed' | 'failed' | 'canceled' | 'stuck'
}

/** Where an export stands at one age. */
export interface Moment {
  /** `'missing'`: the vendor does not know it yet. */
  readonly phase: 'missing' | 'pending' | 'running' | 'completed' | 'failed' | 'canceled'
  /** 0 to 100. A stuck export comes to 100 and still runs, for Anaconda's is approximate. */
  readonly progress: number
}

const outcomes = ['completed', 'failed', 'canceled', 'stuck']

const isText = (value: unknown) => typeof value === 'string'
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

const isSpan = (value: unknown, name: string) => parseDuration(value as Duration, name) >= 0

const isSound: { readonly [Name in keyof JobScript]-?: (value: unknown, name: string) => boolean } = {
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
 * @returns the script
 * @throws ConfigurationError `invalid-option` for a name that a script does not have, or a value that it cannot have.
 */
export function checkScript(script: JobScript): JobScript {
  for (const [name, value] of Object.entries(script)) {
    const check = Object.hasOwn(isSound, name) ? isSound[name as keyof JobScript] : undefined
    assertOption(
      check !== undefined,
      `The script of a simulated export knows no "${name}", but ${Object.keys(isSound).join(', ')}.`,
    )
    const given = typeof value === 'string' ? `"${value}"` : String(value)
    assertOption(
      value === undefined || check(value, name),
      `The ${name} of a simulated export cannot be ${given}.`,
    )
  }
  return script
}

/**
 * Reads a script once, so that a bad one is refused where it was written.
 *
 * @param script - the script
 * @param defaults - what holds where the script is silent
 * @returns the time line, in milliseconds
 * @throws ConfigurationError `invalid-option`.
 */
export function timeLineOf(script: JobScript, defaults: { pending: Duration; running: Duration }): TimeLine {
  checkScript(script)
  return {
    pending: parseDuration(script.pending ?? defaults.pending, 'pending'),
    running: parseDuration(script.running ?? defaults.running, 'running'),
    notFoundFor: parseDuration(script.notFoundFor ?? 0, 'notFoundFor'),
    outcome: script.outcome ?? 'completed',
  }
}

/**
 * The one rule by which simulated exports move. Pure: no clock of its own.
 *
 * @param line - the time line of the export
 * @param age - milliseconds since it was started
 * @returns its phase and progress at that age
 */
export function momentAt(line: TimeLine, age: number): Moment {
  if (age < line.notFoundFor) return { phase: 'missing', progress: 0 }
  if (age < line.pending) return { phase: 'pending', progress: 0 }
  const ran = age - line.pending
  if (ran < line.running) return { phase: 'running', progress: Math.floor((100 * ran) / line.running) }
  if (line.outcome === 'stuck') return { phase: 'running', progress: 100 }
  return { phase: line.outcome, progress: line.outcome === 'completed' ? 100 : 99 }
}

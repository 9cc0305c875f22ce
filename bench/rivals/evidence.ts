/** The export that is asked for. */
export const exportId = 'exp-1'

/** How a client is used in a trial. */
export type Manner = 'once' | 'aborted' | 'twenty-times' | 'polluted'

/** What a child is to do. */
export interface Task {
  readonly rival: string
  readonly url: string
  /** Another origin, where nobody is to go. */
  readonly elsewhere: string
  readonly token: string
  readonly manner: Manner
  /** Of the library's own. */
  readonly options: object
}

/** Where in an error a secret stands, the most exposed place of all. */
export type Place = 'message' | 'console.log' | 'JSON' | 'its depths'

/** What a child saw. */
export interface Report {
  readonly outcome: 'resolved' | 'rejected'
  /** Of what came: what it is, and what it says. */
  readonly kind?: string
  readonly id?: unknown
  readonly status?: unknown
  readonly error?: string
  readonly leaks: { readonly token?: Place | undefined; readonly key?: Place | undefined }
  /** By how much the process grew at most, in MB. */
  readonly growth: number
  /** A timer was set for longer than timers can count; such a one fires at once. */
  readonly overflowed: boolean
  /** From the abort to the end, in ms. */
  readonly abortMs?: number
  readonly listeners?: { readonly left: number; readonly afterCollection: number }
  /** Names on the polluted prototype under which the call failed. */
  readonly failedUnder?: readonly string[]
}

/** A request, as a server saw it. */
export interface Seen {
  /** Ms since the server began. */
  readonly at: number
  readonly path: string
  /** Which of the secrets it brought, and whether the headers of a polluted prototype. */
  readonly brought: readonly ('token' | 'key' | 'injected')[]
  /** What its connection took of the answer, in MB; what the system holds in its buffers counts. */
  readonly tookMB: number
  /** Its connection is gone. */
  readonly closed: boolean
}

/** All that a verdict rests on. */
export interface Evidence {
  /** `unsettled`: it was still under way when the time was over. */
  readonly outcome: Report['outcome'] | 'unsettled' | 'crashed'
  readonly report?: Report
  readonly seen: readonly Seen[]
  readonly seenElsewhere: readonly Seen[]
}

/** `✓` safe, `✗` not, `~` safe but surprising, `–` nothing of that kind is promised. */
export interface Verdict {
  readonly mark: '✓' | '✗' | '~' | '–'
  readonly words: string
}

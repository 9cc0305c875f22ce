import { parseDuration } from '../duration.ts'
import { type ExportJob, type Update, type WaitOptions, watch } from '../index.ts'
import type { DidomiClient } from '../vendors/didomi.ts'
import { tellHint } from './progress.ts'
import type { Progress, ProgressLine } from './row.ts'
import type { Shell } from './shell.ts'
import { type AnyClient, exportOfNextRun, formatRef, type Target } from './vendors.ts'

/** An export to wait for, and its client. */
export interface Waiting {
  readonly target: Target
  readonly client: AnyClient
}

/** How one wait ended. */
export type Ending =
  | { readonly target: Target; readonly job: ExportJob }
  | { readonly target: Target; readonly error: unknown }

/** The callbacks of {@link waitAll}. */
export interface WaitListener {
  /** Called when Didomi's next run has appeared. */
  onFound?(target: Target): void
  /** Called after each poll but the last. */
  onUpdate?(target: Target, update: Update): void
  /** Called when a wait has ended. */
  onEnd(ending: Ending): void
}

/** The options of one wait, and the ids of Didomi runs that `EXPORT_ID/next` skips. */
export interface WaitAllOptions extends WaitOptions {
  readonly known?: readonly string[] | undefined
}

/**
 * Waits for several exports at once.
 *
 * @throws the signal's reason when it is aborted. Whatever else ends a wait goes to `onEnd`.
 */
export async function waitAll(
  shell: Pick<Shell, 'signal' | 'err' | 'proxy'>,
  waits: readonly Waiting[],
  optionsOf: (target: Target) => WaitAllOptions,
  progress: Progress,
  { onFound, onUpdate, onEnd }: WaitListener,
): Promise<void> {
  const { signal } = shell
  await Promise.all(
    waits.map(async ({ target: named, client }) => {
      const line = progress.add(named.vendor, named.text)
      let target = named
      let ending: Ending | undefined
      try {
        const found = await findTarget(named, client, { ...optionsOf(named), signal }, line)
        target = found.target
        if (target !== named) onFound?.(target)
        for await (const update of watch(client, target.ref, { ...found.options, signal })) {
          line.update(update)
          if (update.type === 'poll-failed') tellHint(shell, progress, update.error)
          if (update.nextPollAt) onUpdate?.(target, update)
          if (update.type === 'job') ending = { target, job: update.job }
        }
      } catch (error) {
        signal.throwIfAborted()
        ending = { target, error }
      }
      line.end(ending === undefined || 'error' in ending)
      if (ending) onEnd(ending)
    }),
  )
}

// `--timeout` covers both the wait for Didomi's next run and the wait for its completion.
async function findTarget(
  target: Target,
  client: AnyClient,
  { known, ...options }: WaitAllOptions,
  line: ProgressLine,
): Promise<{ target: Target; options: WaitOptions }> {
  const exportId = exportOfNextRun(target)
  if (exportId === undefined) return { target, options }
  const timeout = parseDuration(options.timeout ?? '1h', '--timeout')
  const startedAt = performance.now()
  const ref = await (client as unknown as DidomiClient).nextRun(exportId, { ...options, known })
  const text = formatRef(ref)
  line.rename(text)
  const left = Math.max(0, timeout - (performance.now() - startedAt))
  return { target: { ...target, text, ref }, options: { ...options, timeout: left } }
}

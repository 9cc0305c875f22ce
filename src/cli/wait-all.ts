import { parseDuration } from '../duration.ts'
import { type ExportJob, type Update, type WaitOptions, watch } from '../index.ts'
import type { DidomiClient } from '../vendors/didomi.ts'
import { type Progress, type ProgressLine, tellHint } from './progress.ts'
import type { Shell } from './shell.ts'
import { type AnyClient, exportOfNextRun, formatRef, type Target } from './vendors.ts'

/** An export to wait for, with the client to ask. */
export interface Waiting {
  readonly target: Target
  readonly client: AnyClient
}

/** How one wait ended. */
export type Ending =
  | { readonly target: Target; readonly job: ExportJob }
  | { readonly target: Target; readonly error: unknown }

/** What a command does as its waits go on. */
export interface WaitListener {
  /** A run of Didomi that was waited for has appeared. */
  onFound?(target: Target): void
  /** Of each poll after which the wait goes on. */
  onUpdate?(target: Target, update: Update): void
  /** Called as each ends, in the order in which they do. */
  onEnd(ending: Ending): void
}

/** The options of each wait, and which runs of Didomi are no news. */
export interface WaitAllOptions extends WaitOptions {
  readonly known?: readonly string[] | undefined
}

/**
 * Waits for several exports at once.
 *
 * @throws the signal's reason when it is aborted; whatever else ends a wait is an {@link Ending}.
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

// The next run of Didomi is looked for first, and the time that it took is part of the whole wait.
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

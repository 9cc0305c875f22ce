import { type ExportJob, type WaitOptions, watch } from '../index.ts'
import type { Progress } from './progress.ts'
import type { Shell } from './shell.ts'
import type { AnyClient, Target } from './vendors.ts'

/** An export to wait for, with the client to ask. */
export interface Waiting {
  readonly target: Target
  readonly client: AnyClient
}

/** How one wait ended. */
export type Ending =
  | { readonly target: Target; readonly job: ExportJob }
  | { readonly target: Target; readonly error: unknown }

/**
 * Waits for several exports at once.
 *
 * @param onEnd - called as each ends, in the order in which they do
 * @throws the signal's reason when it is aborted; whatever else ends a wait is an {@link Ending}.
 */
export async function waitAll(
  { signal }: Pick<Shell, 'signal'>,
  waits: readonly Waiting[],
  options: WaitOptions,
  progress: Progress,
  onEnd: (ending: Ending) => void,
): Promise<void> {
  await Promise.all(
    waits.map(async ({ target, client }) => {
      const line = progress.add(target.vendor, target.text)
      let ending: Ending | undefined
      try {
        for await (const update of watch(client, target.ref, { ...options, signal })) {
          line.update(update)
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

import {
  ConfigurationError,
  checkId,
  type ExportClient,
  type ExportJob,
  type GetOptions,
} from '../vendor/index.ts'
import { waitForCompletion } from '../wait/wait-for-completion.ts'
import type { WaitOptions } from '../wait-options.ts'
import type { DidomiJob, DidomiRef } from './didomi-runs.ts'

/** Options of `nextRun` of the Didomi client: those of a wait, and which runs are known. */
export interface NextRunOptions extends Omit<WaitOptions, 'onUpdate'> {
  /** Ids of runs that are not new. Default: those of the first poll. */
  readonly known?: Iterable<string> | undefined
}

/** Lists the runs of an export. */
type ListRuns = (exportId: string, options?: GetOptions) => AsyncIterable<DidomiJob>

/**
 * Waits until a list of runs has a new one. It is a wait for an export whose polls read the list.
 *
 * @throws WaitError when it is given up, ConfigurationError before any I/O, or the signal's reason.
 */
export async function waitForNextRun(
  listRuns: ListRuns,
  exportId: string,
  options: NextRunOptions | undefined,
): Promise<DidomiRef> {
  const { known: given, ...wait } = { known: undefined, ...options }
  checkId(exportId, 'didomi')
  let known = given === undefined ? undefined : readKnown(given)

  const list: ExportClient<string, ExportJob<DidomiRef | undefined, string>> = {
    vendor: 'didomi',
    async get(id, options) {
      const refs: DidomiRef[] = []
      for await (const { ref } of listRuns(id, options)) refs.push(ref)
      const fresh = known && refs.find(({ runId }) => !known?.has(runId))
      known ??= new Set(refs.map(({ runId }) => runId))
      const job = { vendor: 'didomi', id, ref: id, raw: fresh }
      return fresh
        ? { ...job, status: 'completed', rawStatus: 'listed' }
        : { ...job, status: 'pending', rawStatus: 'not listed' }
    },
  }
  const { raw } = await waitForCompletion(list, exportId, wait)
  return raw as DidomiRef
}

function readKnown(given: Iterable<string>): Set<string> {
  const isList = typeof given === 'object' && given !== null && Symbol.iterator in given
  const known = new Set(isList ? given : [])
  const isKnown = isList && [...known].every((id) => typeof id === 'string')
  if (isKnown) return known
  throw new ConfigurationError('invalid-option', 'known must be a list of run ids.', 'didomi')
}

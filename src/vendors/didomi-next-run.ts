import {
  ConfigurationError,
  checkId,
  type ExportClient,
  type ExportJob,
  type GetOptions,
} from '../vendor/index.ts'
import { waitForCompletion } from '../wait/wait-for-completion.ts'
import { WaitError, type WaitErrorReason } from '../wait-errors.ts'
import type { WaitOptions } from '../wait-options.ts'
import { type DidomiRef, type ListedRun, readRuns } from './didomi-runs.ts'

/** Options of `nextRun` of the Didomi client: those of a wait, and which runs are known. */
export interface NextRunOptions extends Omit<WaitOptions, 'onUpdate'> {
  /** Ids of runs that are not new. Default: those of the first poll. */
  readonly known?: Iterable<string> | undefined
}

/** Lists the runs of an export. */
type ListRuns = (exportId: string, options?: GetOptions) => AsyncIterable<ListedRun>

/**
 * Waits until a list of runs has a new one. It is a wait for an export whose polls read the list. Of a known run only
 * the id is read. A poll fails if no new run can be used; one without an id counts as neither known nor new.
 *
 * @throws WaitError when it is given up: to resume, call this again with the runs in `error.state.ref.known`.
 * ConfigurationError before any I/O, or the signal's reason.
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
      const listed = new Map<string, ListedRun>()
      for await (const run of listRuns(id, options))
        if (typeof run.id === 'string' && run.id) listed.set(run.id, run)
      const fresh = known && (await findNew(listed, known, exportId))
      known ??= new Set(listed.keys())
      const job = { vendor: 'didomi', id, ref: id, raw: fresh }
      return fresh
        ? { ...job, status: 'completed', rawStatus: 'listed' }
        : { ...job, status: 'pending', rawStatus: 'not listed' }
    },
  }
  try {
    const { raw } = await waitForCompletion(list, exportId, wait)
    return raw as DidomiRef
  } catch (error) {
    throw error instanceof WaitError ? toNextRunError(error, exportId, known) : error
  }
}

async function findNew(
  listed: ReadonlyMap<string, ListedRun>,
  known: ReadonlySet<string>,
  exportId: string,
): Promise<DidomiRef | undefined> {
  const unknown = [...listed].filter(([id]) => !known.has(id)).map(([, run]) => run)
  for await (const ref of readRuns(unknown, ({ id: runId }) => ({ exportId, runId }))) return ref
  return undefined
}

const reasons: Partial<Record<WaitErrorReason, string>> = {
  timeout: 'none appeared within the timeout',
  stalled: 'none appeared for the time of stallAfter',
}

// The advice and the state of a wait for an export are for `waitForCompletion`, which cannot resume this one.
function toNextRunError(
  { reason, retryable, retryAt, cause, state, advice }: WaitError,
  exportId: string,
  known: Set<string> | undefined,
): WaitError {
  const why = reasons[reason] ?? 'its polls failed, the last one as the cause says'
  const hint = retryAt ? ` The vendor asked not to be polled before ${retryAt.toISOString()}.` : ''
  const message = `Stopped waiting for the next run of the didomi export "${exportId}": ${why}.${hint}`
  const resume = known
    ? 'To miss no run, call nextRun again with `known: error.state.ref.known`.'
    : 'Check the base URL and the network, then call nextRun again.'
  return new WaitError(reason, message, {
    vendor: 'didomi',
    state: { ...state, ref: { exportId, ...(known && { known: [...known] }) } },
    retryAt,
    cause,
    advice: retryable ? resume : advice,
  })
}

function readKnown(given: Iterable<string>): Set<string> {
  const isList = typeof given === 'object' && given !== null && Symbol.iterator in given
  const known = new Set(isList ? given : [])
  const isKnown = isList && [...known].every((id) => typeof id === 'string')
  if (isKnown) return known
  throw new ConfigurationError('invalid-option', 'known must be a list of run ids.', 'didomi')
}

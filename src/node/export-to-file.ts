import type { GetOptions } from '../client.ts'
import { type ApiError, type ExportJobsError, isExportJobsError, type TransportError } from '../errors.ts'
import type { DownloadableClient } from '../http/download.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { assertOption } from '../internal/options.ts'
import type { ExportJob } from '../job.ts'
import { assertDownloadable, createDownloadSource } from '../records/download-source.ts'
import { waitForCompletion } from '../wait/wait-for-completion.ts'
import {
  type DownloadSettings,
  type DownloadToFileOptions,
  readDownloadToFileOptions,
} from './download-options.ts'
import { acquireLock, type FileLock } from './file-lock.ts'
import { removePlacedPart } from './find-part.ts'
import { type LockedTarget, lockTarget } from './locked-target.ts'
import {
  adviceInDoubt,
  hasFile,
  openStartNote,
  type SavedFile,
  type StartNote,
  startLockPath,
  startNotePath,
  startSuffix,
  toStartRequest,
} from './start-note.ts'
import { checkTarget } from './target.ts'

/** A client whose vendor starts exports and has their files. */
export interface ExportingClient<Params, Ref, Job extends ExportJob> extends DownloadableClient<Ref, Job> {
  /** Starts an export and returns its ref. */
  start(params: Params, options?: Omit<GetOptions, 'retries'>): Promise<Ref>
}

/**
 * Starts an export, waits for it and saves its file, in one call that survives a crash: called again with the same
 * arguments, it resumes, and never starts the export twice. Until the file is saved, `<to>.start.json` remembers which
 * export was started; if `to` is a folder, a note whose name is made from `params`. The note holds no secret: it
 * distinguishes two servers, but not two accounts on one server. Use separate files for each account.
 *
 * @param client - of a vendor that starts exports and has their files
 * @param params - what to export: JSON values and Dates; the order of keys does not matter
 * @param options - those of `download`; `wait` says how to wait
 * @returns the path of the file, its size in bytes, and the completed export
 * @throws ConfigurationError `invalid-option` as `download` does, for other `params`, and while another run works on the
 * target; `invalid-state` if an earlier call for the same target started another export, or never learned whether
 * its start succeeded: the message names the note. Also whatever `start`,
 * `waitForCompletion` and `download` reject with. After a JobFailedError, the same call starts a new export.
 */
export async function exportToFile<Params, Ref, Job extends ExportJob>(
  client: ExportingClient<Params, Ref, Job>,
  params: Params,
  options: DownloadToFileOptions<Job>,
): Promise<{ path: string; bytes: number; job: Job }> {
  assertDownloadable(client)
  assertOption(
    typeof client.start === 'function',
    `The ${client.vendor} client starts no exports.`,
    client.vendor,
  )
  const settings = readDownloadToFileOptions(options)
  const request = toStartRequest(client, params)
  let folderLock: FileLock | undefined
  let target: LockedTarget | undefined
  let note: StartNote | undefined
  try {
    throwIfAborted(settings.signal)
    const to = await checkTarget(settings.to, startSuffix)
    const notePath = startNotePath(to, request)
    if (to.isFolder) folderLock = await acquireLock(startLockPath(notePath), to.path)
    target = await lockTarget(to, client, settings)
    note = await openStartNote(notePath, request)
    return await run(client, params, target, note, settings)
  } finally {
    await note?.close()
    await target?.release()
    await folderLock?.release()
  }
}

async function run<Params, Ref, Job extends ExportJob>(
  client: ExportingClient<Params, Ref, Job>,
  params: Params,
  target: LockedTarget,
  note: StartNote,
  { signal, wait = { signal } }: DownloadSettings<Job>,
): Promise<{ path: string; bytes: number; job: Job }> {
  if (note.saved && (await hasFile(note.saved))) return finishSaved(client, note.saved, note, signal)
  await target.refuseExisting()
  const ref = (note.ref as Ref | undefined) ?? (await start(client, params, note, signal))
  try {
    const job = await waitForCompletion(client, ref, wait)
    return { ...(await target.save(createDownloadSource(client, ref, job, signal), note)), job }
  } catch (error) {
    if (hasNoFile(error)) note.remove()
    else if (mayNeedNewStart(error)) addAdvice(error, `To start a new export, remove ${note.path}.`)
    throw error
  }
}

// An earlier run saved the file, and was stopped before it removed the note.
async function finishSaved<Params, Ref, Job extends ExportJob>(
  client: ExportingClient<Params, Ref, Job>,
  { path, bytes }: SavedFile,
  note: StartNote,
  signal: AbortSignal | undefined,
): Promise<{ path: string; bytes: number; job: Job }> {
  await removePlacedPart(path)
  try {
    const job = await client.get(note.ref as Ref, { signal })
    note.remove()
    return { path, bytes, job }
  } catch (error) {
    // The note stays: without it, the same call with `overwrite` would start a second export.
    if (isExportJobsError(error) && !error.retryable)
      addAdvice(error, `The file is already saved as ${path}. To start a new export, remove ${note.path}.`)
    throw error
  }
}

async function start<Params, Ref>(
  client: Pick<ExportingClient<Params, Ref, never>, 'start'>,
  params: Params,
  note: StartNote,
  signal: AbortSignal | undefined,
): Promise<Ref> {
  throwIfAborted(signal)
  await note.begin()
  let ref: Ref
  try {
    ref = await client.start(params, { signal })
  } catch (error) {
    if (!mayHaveStarted(error)) note.remove()
    else if (isExportJobsError(error) && !signal?.aborted)
      addAdvice(
        error,
        `The export may have been started, so ${note.path} prevents another start. ${adviceInDoubt(note.path)}`,
      )
    throw error
  }
  await note.keepRef(ref)
  return ref
}

/** Whether a failed start may have started the export: only a refusal says that it did not. */
function mayHaveStarted(error: unknown): boolean {
  if (!isExportJobsError(error)) return true
  // Nothing was sent to the vendor, for example because a token endpoint refused.
  const { sent } = error as Partial<TransportError>
  if (error.name === 'ConfigurationError' || sent === false) return false
  const { httpStatus } = error as Partial<ApiError>
  return httpStatus === undefined || httpStatus < 400 || httpStatus === 408 || httpStatus >= 500
}

// The export will never have a file: the next call may start a new one.
const hasNoFile = (error: unknown): boolean =>
  isExportJobsError(error) &&
  (error.name === 'JobFailedError' || (error as Partial<ApiError>).httpStatus === 410)

// Either the export is lost, or the credentials are wrong: the user has to decide.
const mayNeedNewStart = (error: unknown): error is ExportJobsError =>
  isExportJobsError(error) &&
  ['wait-not-found', 'wait-refused', 'not-found', 'invalid-ref', 'incomplete'].includes(error.code)

function addAdvice(error: ExportJobsError, more: string): void {
  const advice = error.advice === undefined ? more : `${error.advice} ${more}`
  Object.assign(error, { advice, message: `${error.message} ${more}` })
}

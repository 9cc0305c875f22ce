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
import type { FileLock } from './file-lock.ts'
import { removePlacedPart } from './find-part.ts'
import { type LockedTarget, lockPath, lockTarget } from './locked-target.ts'
import {
  hasFile,
  openStartNote,
  type StartNote,
  startLockPath,
  startNotePath,
  startSuffix,
  toStartRequest,
} from './start-note.ts'
import { checkTarget } from './target.ts'

/** A client whose vendor starts exports and has their files. */
export interface ExportingClient<Params, Ref, Job extends ExportJob> extends DownloadableClient<Ref, Job> {
  /** Starts an export and returns what finds it. */
  start(params: Params, options?: Omit<GetOptions, 'retries'>): Promise<Ref>
}

/**
 * Starts an export, waits for it and saves its file, as one call that survives a crash: made again with the same
 * arguments, it resumes, and never starts the export twice. What it has started stands in `<to>.start.json` until the
 * file is there; in a folder, in a note whose name is made from `params`. There is no secret in it: it tells two servers
 * apart, but not two accounts at one. Give each account files of its own.
 *
 * @param client - of a vendor that starts exports and has their files
 * @param params - what to export: what JSON can hold, and Dates; the order of keys is of no account
 * @param options - as those of `download`; `wait` says how to wait
 * @returns where the file is, its size in bytes, and the completed export
 * @throws ConfigurationError `invalid-option` as `download` does, for other `params`, and while another run works on the target;
 * `invalid-state` when an earlier call for the same target has asked for another export, or was stopped while it
 * asked, so that nobody knows whether the export has begun: the message names the note. Whatever `start`,
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
    if (to.isFolder) folderLock = await lockPath(startLockPath(notePath), to.path)
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
  settings: DownloadSettings<Job>,
): Promise<{ path: string; bytes: number; job: Job }> {
  // An earlier run was stopped between the last two steps.
  if (note.saved && (await hasFile(note.saved))) {
    const { path, bytes } = note.saved
    await removePlacedPart(path)
    note.remove()
    return { path, bytes, job: await client.get(note.ref as Ref, { signal: settings.signal }) }
  }
  await target.refuseExisting()
  const ref = (note.ref as Ref | undefined) ?? (await start(client, params, note, settings.signal))
  return waitAndSave(client, ref, target, note, settings)
}

async function start<Params, Ref>(
  client: Pick<ExportingClient<Params, Ref, never>, 'start'>,
  params: Params,
  note: StartNote,
  signal: AbortSignal | undefined,
): Promise<Ref> {
  await note.begin()
  let ref: Ref
  try {
    ref = await client.start(params, { signal })
  } catch (error) {
    if (!mayHaveStarted(error)) note.remove()
    throw error
  }
  await note.keepRef(ref)
  return ref
}

async function waitAndSave<Ref, Job extends ExportJob>(
  client: DownloadableClient<Ref, Job>,
  ref: Ref,
  target: LockedTarget,
  note: StartNote,
  settings: DownloadSettings<Job>,
): Promise<{ path: string; bytes: number; job: Job }> {
  try {
    const job = await waitForCompletion(client, ref, settings.wait ?? { signal: settings.signal })
    const file = await target.fetch(createDownloadSource<Ref, Job>(client, ref, job, settings.signal))
    try {
      await note.keepFile({ path: file.path, bytes: file.bytes, checksum: file.checksum })
      await file.place()
      note.remove()
      await target.release()
    } finally {
      await file.close()
    }
    return { path: file.path, bytes: file.bytes, job }
  } catch (error) {
    if (isOver(error)) note.remove()
    if (isForGood(error)) addAdvice(error, `To start a new export, remove ${note.path}.`)
    throw error
  }
}

/** Whether a start that failed so may have begun an export. A refusal is an answer; without one, nobody knows. */
function mayHaveStarted(error: unknown): boolean {
  if (!isExportJobsError(error)) return true
  // Also of a token endpoint that refused: the vendor was not asked.
  const { sent } = error as Partial<TransportError>
  if (error.name === 'ConfigurationError' || sent === false) return false
  const { httpStatus } = error as Partial<ApiError>
  return httpStatus === undefined || httpStatus < 400 || httpStatus === 408 || httpStatus >= 500
}

// The export has no file, and will have none: a new start is right.
const isOver = (error: unknown): boolean =>
  isExportJobsError(error) &&
  (error.name === 'JobFailedError' || (error as Partial<ApiError>).httpStatus === 410)

// Here a new start may be right, or the credentials wrong: that is the user's to say.
function isForGood(error: unknown): error is ExportJobsError {
  if (!isExportJobsError(error) || isOver(error)) return false
  return ['wait-not-found', 'wait-refused', 'not-found', 'invalid-ref', 'incomplete'].includes(error.code)
}

function addAdvice(error: ExportJobsError, more: string): void {
  const advice = error.advice === undefined ? more : `${error.advice} ${more}`
  Object.assign(error, { advice, message: `${error.message} ${more}` })
}

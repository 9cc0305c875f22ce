import { type DownloadableClient, type ExportJob, isExportJobsError } from '../index.ts'
import { type DownloadToFileOptions, download } from '../node/index.ts'
import { clientOf, tellStop, type WaitFlags, waitOptions } from './commands.ts'
import { describeError, toJsonLine } from './describe.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import { createProgress, type ProgressLine } from './progress.ts'
import { paintResult } from './row.ts'
import { Interruption, type Shell } from './shell.ts'
import { formatBytes, sanitizeForTerminal } from './text.ts'
import type { Target, VendorName } from './vendors.ts'

/** The options of a download. */
export interface DownloadFlags extends WaitFlags {
  readonly overwrite?: boolean | undefined
}

/** A file that has been saved. */
interface Saved {
  readonly path: string
  readonly bytes: number
}

/** What is saved, and how: by `download` or by `exportToFile`. */
export interface Saving {
  readonly vendor: VendorName
  /** The ref of the export as it is written, once it is known. */
  readonly text: () => string | undefined
  readonly to: string
  run(options: DownloadToFileOptions): Promise<Saved>
}

/**
 * Waits for an export and saves its file; resumes where an earlier run was stopped.
 *
 * @param to - the file, or a folder that ends in `/`
 * @returns the exit code
 */
export async function saveTo(
  shell: Shell,
  { vendor, text, ref }: Target,
  to: string,
  flags: DownloadFlags,
): Promise<number> {
  const client = clientOf(shell, vendor, flags) as unknown as DownloadableClient<unknown, ExportJob>
  return save(
    shell,
    { vendor, to, text: () => text, run: (options) => download(client, ref, options) },
    flags,
  )
}

/** Runs what saves a file, shows how far it is, and prints where the file is. @returns the exit code */
export async function save(
  shell: Shell,
  { vendor, text, to, run }: Saving,
  flags: DownloadFlags,
): Promise<number> {
  const { out, err, signal } = shell
  const progress = createProgress(shell, true)
  let waiting: ProgressLine | undefined
  let saving: ProgressLine | undefined
  let job: ExportJob | undefined
  const line = () => (waiting ??= progress.add(vendor, text() ?? to))
  try {
    const saved = await run({
      to,
      signal,
      overwrite: flags.overwrite,
      wait: {
        ...waitOptions(flags),
        onUpdate(update) {
          if (update.type === 'job') job = update.job
          line().update(update)
        },
      },
      onProgress(bytes) {
        if (!saving) waiting?.end(false)
        saving ??= progress.add(vendor, to)
        saving.save(bytes)
      },
    })
    const ref = text() ?? ''
    if (!out.isTerminal) {
      saving?.end(false)
      progress.end()
    } else {
      progress.clear()
      const widths = { vendor: vendor.length, ref: sanitizeForTerminal(ref).length }
      if (job && !flags.json) out.line(paintResult(job, ref, out.colors, widths))
    }
    tellSaved(shell, vendor, ref, saved, flags)
    return exitCodes.done
  } catch (error) {
    const ref = text()
    const isOver = isExportJobsError(error) && error.name === 'JobFailedError'
    if (!(error instanceof Interruption)) (saving ?? waiting)?.end(!isOver)
    progress.end()
    // Of no export yet.
    if (ref === undefined) throw error
    if (error instanceof Interruption) {
      tellStop(err, 'Stopped. Run the same command again to resume.')
      return error.exitCode
    }
    err.line(`export-jobs: ${vendor} ${sanitizeForTerminal(ref)}: ${describeError(error)}`)
    return exitCodeOfError(error) ?? exitCodes.bug
  }
}

function tellSaved(
  { out }: Shell,
  vendor: VendorName,
  ref: string,
  { path, bytes }: Saved,
  { json }: DownloadFlags,
): void {
  if (json) out.line(toJsonLine({ vendor, ref, path, bytes }))
  else if (!out.isTerminal)
    out.line([vendor, sanitizeForTerminal(ref), 'saved', sanitizeForTerminal(path), bytes].join('\t'))
  else {
    const { green, gray } = out.colors
    out.line(
      `${green('✓')} ${vendor}  ${gray(sanitizeForTerminal(ref))}  ${green('saved    ')}  ${sanitizeForTerminal(path)} · ${formatBytes(bytes)}`,
    )
  }
}

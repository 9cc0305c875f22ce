import { type DownloadableClient, type ExportJob, isExportJobsError } from '../index.ts'
import { download } from '../node/index.ts'
import { clientOf, tellStop, type WaitFlags, waitOptions } from './commands.ts'
import { describeError, toJsonLine } from './describe.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import { createProgress, type ProgressLine } from './progress.ts'
import { paintResult } from './row.ts'
import { Interruption, type Shell } from './shell.ts'
import { formatBytes, sanitizeForTerminal } from './text.ts'
import type { Target } from './vendors.ts'

/** The options of a download. */
export interface DownloadFlags extends WaitFlags {
  readonly overwrite?: boolean | undefined
}

/** A file that has been saved. */
interface Saved {
  readonly path: string
  readonly bytes: number
}

/**
 * Waits for an export and saves its file; goes on where an earlier run was stopped.
 *
 * @param to - the file, or a folder that ends in `/`
 * @returns the exit code
 */
export async function saveTo(
  shell: Shell,
  target: Target,
  to: string,
  flags: DownloadFlags,
): Promise<number> {
  const { out, err, signal } = shell
  const client = clientOf(shell, target.vendor, flags) as unknown as DownloadableClient<unknown, ExportJob>
  const progress = createProgress(shell, true)
  const waiting = progress.add(target.vendor, target.text)
  let job: ExportJob | undefined
  let saving: ProgressLine | undefined
  try {
    const saved = await download(client, target.ref, {
      to,
      signal,
      overwrite: flags.overwrite,
      wait: {
        ...waitOptions(flags),
        onUpdate(update) {
          if (update.type === 'job') job = update.job
          waiting.update(update)
        },
      },
      onProgress(bytes) {
        if (!saving) waiting.end(false)
        saving ??= progress.add(target.vendor, to)
        saving.save(bytes)
      },
    })
    if (!out.isTerminal) {
      saving?.end(false)
      progress.end()
    } else {
      progress.clear()
      const widths = { vendor: target.vendor.length, ref: sanitizeForTerminal(target.text).length }
      if (job && !flags.json) out.line(paintResult(job, target.text, out.colors, widths))
    }
    tellSaved(shell, target, saved, flags)
    return exitCodes.done
  } catch (error) {
    if (error instanceof Interruption) {
      progress.end()
      tellStop(err, 'Stopped. The same command again goes on.')
      return error.exitCode
    }
    const isOver = isExportJobsError(error) && error.name === 'JobFailedError'
    ;(saving ?? waiting).end(!isOver)
    progress.end()
    err.line(`export-jobs: ${target.vendor} ${sanitizeForTerminal(target.text)}: ${describeError(error)}`)
    return exitCodeOfError(error) ?? exitCodes.bug
  }
}

/** Prints where a file has been saved. */
export function tellSaved(
  { out }: Shell,
  { vendor, ref, text }: Target,
  { path, bytes }: Saved,
  { json }: DownloadFlags,
): void {
  if (json) out.line(toJsonLine({ vendor, ref, path, bytes }))
  else if (!out.isTerminal)
    out.line([vendor, sanitizeForTerminal(text), 'saved', sanitizeForTerminal(path), bytes].join('\t'))
  else {
    const { green, gray } = out.colors
    out.line(
      `${green('✓')} ${vendor}  ${gray(sanitizeForTerminal(text))}  ${green('saved    ')}  ${sanitizeForTerminal(path)} · ${formatBytes(bytes)}`,
    )
  }
}

import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError, type DownloadableClient, type ExportJob, isExportJobsError } from '../index.ts'
import { type DownloadToFileOptions, download } from '../node/index.ts'
import { openClients } from './clients.ts'
import { describeError } from './describe.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import { type DownloadFlags, waitOptions } from './flags.ts'
import { openMemory } from './memory.ts'
import { createProgress, createTrace, type Progress, type ProgressLine, tellHint } from './progress.ts'
import { jobLine, printSaved } from './results.ts'
import { Interruption, isClosedPipe, type Shell } from './shell.ts'
import { sanitizeForTerminal } from './text.ts'
import { parseTargets } from './vendors.ts'
import { tellStop } from './wait.ts'

/** What is saved, and how: by `download` or by `exportToFile`. */
export interface Saving {
  readonly vendor: string
  /** The ref of the export as it is written, once it is known. */
  readonly text: () => string | undefined
  readonly to: string
  run(options: DownloadToFileOptions): Promise<{ readonly path: string; readonly bytes: number }>
}

/**
 * Waits for an export and saves its file; resumes where an earlier run was stopped.
 *
 * @param words - the vendor and the ref
 * @param to - the file, or a folder that ends in `/`, or `-` for stdout
 * @returns the exit code
 */
export async function saveTo(
  shell: Shell,
  words: readonly string[],
  to: string,
  flags: DownloadFlags,
): Promise<number> {
  const progress = createProgress(shell, flags, true)
  const clients = await openClients(shell, flags, createTrace(shell.err, flags, progress))
  const [target, ...others] = parseTargets(words, clients.own)
  if (target === undefined || others.length > 0)
    throw new ConfigurationError('invalid-ref', 'download takes one export.')
  const { vendor, text, ref } = target
  const client = clients.of(vendor) as unknown as DownloadableClient<unknown, ExportJob>
  if (client.openDownload === undefined) {
    const why = vendor === 'didomi' ? 'Didomi delivers to a bucket' : `The vendor ${vendor} has no download`
    throw new ConfigurationError('invalid-option', `${why}: there is nothing to download.`)
  }
  const saving = {
    vendor,
    text: () => text,
    run: (options: DownloadToFileOptions) => download(client, ref, options),
  }
  if (to !== '-') return save(shell, { ...saving, to }, flags, progress)

  // By way of a file, so that not a byte comes of an export that is not whole, and a broken connection resumes.
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-'))
  try {
    const path = join(folder, 'export')
    return await save(shell, { ...saving, to: path }, flags, progress, () => copyToStdout(shell, path))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Runs what saves a file, shows how far it is, and prints where the file is.
 *
 * @param deliver - instead of printing it
 * @returns the exit code
 */
export async function save(
  shell: Shell,
  { vendor, text, to, run }: Saving,
  flags: DownloadFlags,
  progress: Progress,
  deliver?: () => Promise<void>,
): Promise<number> {
  const { out, err, signal } = shell
  const memory = openMemory(flags, err)
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
        ...waitOptions(flags, memory.expected({ vendor, ref: text() })),
        onUpdate(update) {
          if (update.type === 'job') job = update.job
          else tellHint(shell, progress, update.error)
          line().update(update)
        },
      },
      onProgress(bytes) {
        if (!saving) waiting?.end(false)
        saving ??= progress.add(vendor, deliver ? 'stdout' : to)
        saving.save(bytes)
      },
    })
    const named = { vendor, text: text() ?? '' }
    if (job) memory.add({ vendor, ref: named.text }, job)
    if (!out.isTerminal) {
      saving?.end(false)
      progress.end()
    } else progress.clear()
    if (deliver) {
      await deliver()
      return exitCodes.done
    }
    if (out.isTerminal && job && !flags.json) out.line(jobLine(shell, job, named, flags, [named]))
    printSaved(shell, named, saved, flags)
    return exitCodes.done
  } catch (error) {
    const ref = text()
    const isOver = isExportJobsError(error) && error.name === 'JobFailedError'
    if (!(error instanceof Interruption)) (saving ?? waiting)?.end(!isOver)
    progress.end()
    // Of no export yet.
    if (ref === undefined) throw error
    if (error instanceof Interruption) {
      tellStop(shell, deliver ? 'Stopped.' : 'Stopped. Run the same command again to resume.')
      return error.exitCode
    }
    err.line(`export-jobs: ${vendor} ${sanitizeForTerminal(ref)}: ${describeError(error)}`)
    return exitCodeOfError(error) ?? exitCodes.bug
  }
}

async function copyToStdout({ out, signal }: Shell, path: string): Promise<void> {
  const file = await open(path)
  try {
    for await (const piece of file.createReadStream()) {
      await out.write(piece as Uint8Array)
      signal.throwIfAborted()
      if (isClosedPipe(out)) throw new Interruption(exitCodes.closedPipe)
    }
  } finally {
    await file.close()
  }
}

import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type DownloadableClient, type ExportJob, isExportJobsError } from '../index.ts'
import { type DownloadToFileOptions, download } from '../node/index.ts'
import { openClients } from './clients.ts'
import { describeError } from './describe.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import {
  type DownloadFlags,
  type Run,
  readWords,
  waitOptions,
  withExports,
  withSaving,
  withWaiting,
} from './flags.ts'
import { createProgress, tellHint } from './progress.ts'
import { openMemory } from './remember.ts'
import { jobLine, printSaved } from './results.ts'
import type { Progress, ProgressLine } from './row.ts'
import { Interruption, isClosedPipe, type Shell, tellStop } from './shell.ts'
import { sanitizeForTerminal } from './text.ts'
import { usageError } from './usage.ts'
import { parseTarget } from './vendors.ts'

/** Adds `download`. */
export function addDownload(program: Command, shell: Shell, run: Run): void {
  withExports(withWaiting(withSaving(program.command('download'))))
    .summary('wait until an export is done and save its file')
    .description(
      'Wait until an export is done and save its file. The same command resumes after an interruption.',
    )
    .usage('[options] <vendor> <ref> <to>')
    .argument('[ref]', 'the export')
    .argument('[to]', "the file; a folder ending in / for the vendor's name of it; - for stdout")
    .action(
      run((first: string, second: string | undefined, third: string | undefined, flags: DownloadFlags) =>
        saveTo(shell, [first, second, third], flags),
      ),
    )
}

async function saveTo(
  shell: Shell,
  given: readonly (string | undefined)[],
  flags: DownloadFlags,
): Promise<number> {
  const progress = createProgress(shell, flags, true)
  const clients = await openClients(shell, flags, progress)
  const [named, ref, to] = readWords(given, clients.own, ['ref', 'to'])
  const target = parseTarget(named, ref)
  const { vendor, text } = target
  const client = clients.of(vendor) as unknown as DownloadableClient<unknown, ExportJob>
  if (client.openDownload === undefined) {
    const why = vendor === 'didomi' ? 'Didomi delivers to a bucket' : `The vendor ${vendor} has no download`
    throw usageError(`${why}: there is nothing to download.`)
  }
  const saving = {
    vendor,
    text: () => text,
    run: (options: DownloadToFileOptions) => download(client, target.ref, options),
  }
  if (to !== '-') return save(shell, { ...saving, to }, flags, progress)

  // A temporary file comes first: a broken connection then resumes, and a part of an export never reaches stdout.
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-'))
  try {
    const path = join(folder, 'export')
    return await save(shell, { ...saving, to: path }, flags, progress, () => copyToStdout(shell, path))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is saved, and how: by `download` or by `exportToFile`. */
export interface Saving {
  readonly vendor: string
  /** The ref of the export as it is written; undefined until it is started. */
  readonly text: () => string | undefined
  readonly to: string
  run(options: DownloadToFileOptions): Promise<{ readonly path: string; readonly bytes: number }>
}

/**
 * Saves a file, shows the progress, and prints where the file is.
 *
 * @param deliver - called instead of printing the path
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
    const isFinished = isExportJobsError(error) && error.name === 'JobFailedError'
    if (!(error instanceof Interruption)) (saving ?? waiting)?.end(!isFinished)
    progress.end()
    // Nothing was started: the caller reports it.
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

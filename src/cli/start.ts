import { lstat } from 'node:fs/promises'
import { ConfigurationError, type TransportError } from '../index.ts'
import { clientOf, printStarted, wait } from './commands.ts'
import { type DownloadFlags, saveTo, tellSaved } from './download.ts'
import type { ClientSettings } from './environment.ts'
import { exitCodes } from './exit-codes.ts'
import { Interruption, type Shell } from './shell.ts'
import { openStartNote } from './start-note.ts'
import type { StartableVendor } from './start-options.ts'

/** The options of `start` beside the vendor's own. */
export interface StartFlags extends DownloadFlags {
  readonly wait?: boolean | undefined
  /** The file to save the export to. */
  readonly download?: string | undefined
}

type Params = Readonly<Record<string, unknown>>
type RequestEvent = Parameters<NonNullable<ClientSettings['onRequest']>>[0]

/** Starts an export, prints its ref, and waits for it and saves its file when asked to. @returns the exit code */
export async function start(
  shell: Shell,
  vendor: StartableVendor,
  params: Params,
  flags: StartFlags,
): Promise<number> {
  if (flags.download !== undefined) return startAndSave(shell, vendor, params, flags.download, flags)
  const ref = await ask(shell, vendor, params, flags)
  if (typeof ref === 'number') return ref
  return flags.wait ? wait(shell, [{ vendor, text: ref, ref }], flags) : 0
}

async function startAndSave(
  shell: Shell,
  vendor: StartableVendor,
  params: Params,
  to: string,
  flags: StartFlags,
): Promise<number> {
  const there = await lstat(to).catch(() => undefined)
  if (there?.isDirectory()) throw invalid(`${to} is a folder. Name the file in it.`)
  const note = await openStartNote(to, { vendor, params })
  let { ref } = note
  if (ref !== undefined) printStarted(shell, vendor, ref, flags)
  else {
    if (there && !flags.overwrite)
      throw invalid(`${to} is there already. Choose another name, or set overwrite.`)
    await note.begin(there !== undefined)
    let mayHaveBegun = false
    const onRequest = (event: RequestEvent) => {
      mayHaveBegun ||= isInDoubt(event)
    }
    const asked = await ask(shell, vendor, params, { ...flags, onRequest }).catch(async (error: unknown) => {
      if (!mayHaveBegun) await note.remove()
      throw error
    })
    if (typeof asked === 'number') return asked
    await note.keep(asked)
    ref = asked
  }
  const target = { vendor, text: ref, ref }
  // It was stopped after the file was there, and before that was noted. Not so with one that was there before it.
  const saved = !flags.overwrite && !note.replaces && there?.isFile() ? there : undefined
  const code = saved ? exitCodes.done : await saveTo(shell, target, to, flags)
  if (saved) tellSaved(shell, target, { path: to, bytes: saved.size }, flags)
  if (code === exitCodes.done || code === exitCodes.failed) await note.remove()
  return code
}

/** Asks the vendor for an export. @returns its ref, or the exit code when the user has stopped it */
async function ask(
  shell: Shell,
  vendor: StartableVendor,
  params: Params,
  flags: StartFlags & ClientSettings,
): Promise<string | number> {
  // The client checks what it is given, and says what is wrong with it.
  const client: { start(params: unknown, options: { signal: AbortSignal }): Promise<string> } = clientOf(
    shell,
    vendor,
    flags,
  )
  try {
    const ref = await client.start(params, { signal: shell.signal })
    printStarted(shell, vendor, ref, flags)
    return ref
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    shell.err.line('export-jobs: Interrupted. Whether the export was started is not known.')
    return error.exitCode
  }
}

const invalid = (message: string) => new ConfigurationError('invalid-option', message)

// A refusal is an answer. Without one, or with one that comes to nothing, nobody knows.
function isInDoubt({ status, error }: RequestEvent): boolean {
  if (status === undefined) return (error as Partial<TransportError>).sent !== false
  return status < 400 || status === 408 || status >= 500
}

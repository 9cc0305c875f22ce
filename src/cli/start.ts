import { ConfigurationError, type ExportJob } from '../index.ts'
import { type ExportingClient, exportToFile } from '../node/index.ts'
import { openClients } from './clients.ts'
import { save } from './download.ts'
import { exitCodes } from './exit-codes.ts'
import type { DownloadFlags } from './flags.ts'
import { createProgress, createTrace, type Progress } from './progress.ts'
import { printStarted } from './results.ts'
import { Interruption, type Shell } from './shell.ts'
import { formatRef, type VendorName } from './vendors.ts'
import { tellStop, wait } from './wait.ts'

/** The options of `start` beside the vendor's own. */
export interface StartFlags extends DownloadFlags {
  readonly wait?: boolean | undefined
  /** The file to save the export to. */
  readonly download?: string | undefined
}

type Params = Readonly<Record<string, unknown>>
type StartingClient = ExportingClient<Params, unknown, ExportJob>

/**
 * Starts an export, prints its ref, and waits for it and saves its file when asked to.
 *
 * @param named - the vendor, unless it is that of `--vendor`
 * @returns the exit code
 */
export async function start(
  shell: Shell,
  named: VendorName | undefined,
  params: Params,
  flags: StartFlags,
): Promise<number> {
  const progress = createProgress(shell, flags, true)
  const clients = await openClients(shell, flags, createTrace(shell.err, flags, progress))
  const vendor = named ?? clients.own ?? ''
  // The client checks what it is given, and says what is wrong with it.
  const client = clients.of(vendor) as unknown as StartingClient
  if (client.start === undefined)
    throw new ConfigurationError('invalid-option', `The vendor ${vendor} starts no exports.`)
  if (flags.download === '-') {
    const message =
      '--download takes a file. For stdout, start with --wait, then download the ref that is printed.'
    throw new ConfigurationError('invalid-option', message)
  }
  const startedAt = performance.now()
  let ref: unknown
  try {
    if (flags.download !== undefined)
      return await startAndSave(shell, vendor, client, params, flags.download, flags, progress)
    ref = await client.start(params, { signal: shell.signal })
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    tellStop(shell, 'Interrupted. Whether the export was started is not known.')
    return error.exitCode
  }
  printStarted(shell, vendor, ref, flags)
  if (!flags.wait) return exitCodes.done
  const text = formatRef(ref)
  return wait(shell, clients.own === undefined ? [vendor, text] : [text], flags, { startedAt })
}
function startAndSave(
  shell: Shell,
  vendor: string,
  client: StartingClient,
  params: Params,
  to: string,
  flags: StartFlags,
  progress: Progress,
): Promise<number> {
  let known: string | undefined
  const print = (ref: unknown) => {
    if (known === undefined) printStarted(shell, vendor, ref, flags)
    known = formatRef(ref)
    return ref
  }
  const printing: StartingClient = {
    ...client,
    start: async (...request) => print(await client.start(...request)),
    // Of an export that an earlier run has started.
    get: async (ref, options) => client.get(print(ref), options),
  }
  return save(
    shell,
    { vendor, to, text: () => known, run: (options) => exportToFile(printing, params, options) },
    flags,
    progress,
  )
}

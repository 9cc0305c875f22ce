import type { ExportJob } from '../index.ts'
import { type ExportingClient, exportToFile } from '../node/index.ts'
import { clientOf, printStarted, wait } from './commands.ts'
import { type DownloadFlags, save } from './download.ts'
import { Interruption, type Shell } from './shell.ts'
import type { StartableVendor } from './start-options.ts'

/** The options of `start` beside the vendor's own. */
export interface StartFlags extends DownloadFlags {
  readonly wait?: boolean | undefined
  /** The file to save the export to. */
  readonly download?: string | undefined
}

type Params = Readonly<Record<string, unknown>>

/** Starts an export, prints its ref, and waits for it and saves its file when asked to. @returns the exit code */
export async function start(
  shell: Shell,
  vendor: StartableVendor,
  params: Params,
  flags: StartFlags,
): Promise<number> {
  // The client checks what it is given, and says what is wrong with it.
  const client = clientOf(shell, vendor, flags) as unknown as ExportingClient<Params, string, ExportJob>
  try {
    if (flags.download !== undefined)
      return await startAndSave(shell, vendor, client, params, flags.download, flags)
    const ref = await client.start(params, { signal: shell.signal })
    printStarted(shell, vendor, ref, flags)
    return flags.wait ? await wait(shell, [{ vendor, text: ref, ref }], flags) : 0
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    shell.err.line('export-jobs: Interrupted. Whether the export was started is not known.')
    return error.exitCode
  }
}

function startAndSave(
  shell: Shell,
  vendor: StartableVendor,
  client: ExportingClient<Params, string, ExportJob>,
  params: Params,
  to: string,
  flags: StartFlags,
): Promise<number> {
  let known: string | undefined
  const print = (ref: string) => {
    if (known === undefined) printStarted(shell, vendor, ref, flags)
    known = ref
    return ref
  }
  const printing: typeof client = {
    ...client,
    start: async (...request) => print(await client.start(...request)),
    // Of an export that an earlier run has started.
    get: async (ref, options) => client.get(print(ref), options),
  }
  return save(
    shell,
    { vendor, to, text: () => known, run: (options) => exportToFile(printing, params, options) },
    flags,
  )
}

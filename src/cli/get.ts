import { Argument, type Command } from 'commander'
import type { DidomiClient, DidomiJob } from '../vendors/didomi.ts'
import { openClients } from './clients.ts'
import { exitCodeOfJob, exitCodes } from './exit-codes.ts'
import { type GetFlags, type Run, readWords, withCommon, withExports, withTimeout } from './flags.ts'
import { jobLine, type Named } from './results.ts'
import type { Shell } from './shell.ts'
import { usageError } from './usage.ts'
import { formatRef, parseTarget } from './vendors.ts'

/** Adds `get` and `runs`, which poll once. */
export function addGet(program: Command, shell: Shell, run: Run): void {
  withTimeout(withExports(program.command('get')))
    .summary('ask once and print the answer')
    .description('Ask the vendor once how an export is doing, and print the answer.')
    .usage('[options] <vendor> <ref>')
    .argument('[ref]', 'the export')
    .action(run((first: string, ref: string | undefined, flags: GetFlags) => get(shell, [first, ref], flags)))
  withTimeout(withCommon(program.command('runs')))
    .summary('list the runs of a Didomi export')
    .description('List the runs of a recurring export of Didomi, which starts them itself.')
    .addArgument(new Argument('<vendor>', 'didomi').choices(['didomi']).argParser(String))
    .argument('<export>', 'the id of the export')
    .action(run((vendor: string, id: string, flags: GetFlags) => runs(shell, vendor, id, flags)))
}

async function get(shell: Shell, given: (string | undefined)[], flags: GetFlags): Promise<number> {
  const clients = await openClients(shell, flags)
  const target = parseTarget(...readWords(given, clients.own, ['ref']))
  const client = clients.of(target.vendor)
  const job = await client.get(target.ref, { signal: shell.signal, timeout: flags.timeout })
  shell.out.line(jobLine(shell, job, target, flags, [target]))
  return exitCodeOfJob(job)
}

/** Prints the runs of a recurring export, in the order of the vendor's list. */
async function runs(shell: Shell, vendor: string, exportId: string, flags: GetFlags): Promise<number> {
  if (vendor !== 'didomi') {
    const message = `Only Didomi has runs. What ${vendor} has exported, \`start\` has printed.`
    throw usageError(message)
  }
  const client = (await openClients(shell, flags)).of(vendor) as unknown as DidomiClient
  const found: DidomiJob[] = []
  for await (const job of client.runs(exportId, { signal: shell.signal, timeout: flags.timeout }))
    found.push(job)
  const nameOf = ({ ref }: DidomiJob): Named => ({ vendor, text: formatRef(ref) })
  const all = found.map(nameOf)
  for (const job of found) shell.out.line(jobLine(shell, job, nameOf(job), flags, all))
  return exitCodes.done
}

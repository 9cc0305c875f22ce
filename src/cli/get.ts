import { ConfigurationError } from '../index.ts'
import type { DidomiClient } from '../vendors/didomi.ts'
import { openClients } from './clients.ts'
import { exitCodeOfJob, exitCodes } from './exit-codes.ts'
import type { GetFlags } from './flags.ts'
import { createTrace } from './progress.ts'
import { jobLine, type Named } from './results.ts'
import type { Shell } from './shell.ts'
import { formatRef, parseTargets } from './vendors.ts'

/**
 * Asks once.
 *
 * @param words - the vendor and the ref
 * @returns the exit code
 */
export async function get(shell: Shell, words: readonly string[], flags: GetFlags): Promise<number> {
  const clients = await openClients(shell, flags, createTrace(shell.err, flags))
  const [target, ...others] = parseTargets(words, clients.own)
  if (target === undefined || others.length > 0) {
    throw new ConfigurationError('invalid-ref', 'get takes one export. For several, use watch.')
  }
  const job = await clients
    .of(target.vendor)
    .get(target.ref, { signal: shell.signal, timeout: flags.timeout })
  shell.out.line(jobLine(shell, job, target, flags, [target]))
  return exitCodeOfJob(job)
}

/**
 * Prints the runs of a recurring export, in the order of the vendor's list.
 *
 * @returns the exit code
 */
export async function runs(shell: Shell, vendor: string, exportId: string, flags: GetFlags): Promise<number> {
  if (vendor !== 'didomi') {
    const message = `Only Didomi has runs. What ${vendor} has exported, \`start\` has printed.`
    throw new ConfigurationError('invalid-option', message)
  }
  const client = (await openClients(shell, flags, createTrace(shell.err, flags))).of(
    vendor,
  ) as unknown as DidomiClient
  const found = []
  for await (const job of client.runs(exportId, { signal: shell.signal, timeout: flags.timeout }))
    found.push(job)
  const named: Named[] = found.map(({ ref }) => ({ vendor, text: formatRef(ref) }))
  for (const [index, job] of found.entries()) {
    shell.out.line(jobLine(shell, job, named[index] as Named, flags, named))
  }
  return exitCodes.done
}

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type Duration, Durations, durationOf, type ExportJob, isExportJobsError } from '../index.ts'
import type { DidomiRef } from '../vendors/didomi.ts'
import type { Output } from './shell.ts'
import { sanitizeForTerminal } from './text.ts'
import { usageError } from './usage.ts'
import type { Target } from './vendors.ts'

/** The options for how long exports take. */
export interface MemoryFlags {
  /** How long the export is expected to take. */
  readonly expect?: Duration | undefined
  /** The file that keeps what earlier exports took. */
  readonly remember?: string | undefined
}

type Named = Pick<Target, 'vendor' | 'ref'>

/**
 * Opens the file of `--remember`, which need not exist yet.
 *
 * @throws ConfigurationError `invalid-option` for a file that cannot be read, or holds something else.
 */
export function openMemory({ expect, remember }: MemoryFlags, err: Pick<Output, 'line'>) {
  const durations = remember === undefined ? undefined : read(remember)
  return {
    /** The `expected` option of a wait's schedule. */
    expected(target: Named): Duration | readonly number[] | undefined {
      const known = durations?.expected(keyOf(target)) ?? []
      return known.length > 0 ? known : expect
    },
    /**
     * Stores how long an export took. An error is printed and changes no exit code.
     *
     * @param measured - ms since its start, if this process started it: used if the vendor does not report the duration
     */
    add(target: Named, job: ExportJob, measured?: number): void {
      if (remember === undefined || job.status !== 'completed') return
      try {
        // Another process may have written to the file since.
        const latest = read(remember)
        const isMeasured = measured !== undefined && durationOf(job) === undefined
        latest.add(keyOf(target), isMeasured ? Math.round(measured) : job)
        const draft = `${remember}.${process.pid}.tmp`
        writeFileSync(draft, `${JSON.stringify(latest)}\n`)
        renameSync(draft, remember)
      } catch (error) {
        const why = isExportJobsError(error) ? error.message : (error as NodeJS.ErrnoException).code
        const message = `How long the export took was not kept in ${remember}: ${why}`
        err.line(`export-jobs: ${sanitizeForTerminal(message)}`)
      }
    },
  }
}

// Runs of the same Didomi export take about equally long.
function keyOf({ vendor, ref }: Named): string {
  return vendor === 'didomi' ? `didomi ${(ref as DidomiRef).exportId}` : vendor
}

function read(path: string): Durations {
  try {
    return Durations.from(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return new Durations()
    const why = isExportJobsError(error) || error instanceof SyntaxError ? 'it holds something else' : code
    const advice = 'Name another file, or remove it to start again.'
    throw usageError(`The file of --remember, ${path}, cannot be read: ${why}.`, advice)
  }
}

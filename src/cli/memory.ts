import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import {
  ConfigurationError,
  type Duration,
  Durations,
  durationOf,
  type ExportJob,
  isExportJobsError,
} from '../index.ts'
import type { DidomiRef } from '../vendors/didomi.ts'
import type { Output } from './shell.ts'
import { sanitizeForTerminal } from './text.ts'
import type { Target } from './vendors.ts'

/** What the command line says of how long exports take. */
export interface MemoryFlags {
  /** How long the export is expected to take. */
  readonly expect?: Duration | undefined
  /** The file that keeps what earlier exports took. */
  readonly remember?: string | undefined
}

/** What is known of how long exports take. */
export interface Memory {
  /** What the schedule of a wait is told. */
  expected(target: Pick<Target, 'vendor' | 'ref'>): Duration | readonly number[] | undefined
  /**
   * Notes how long an export took; what cannot be kept is told, and is no reason to fail.
   *
   * @param measured - ms, where it was watched from its start: what counts if the vendor does not tell
   */
  add(target: Pick<Target, 'vendor' | 'ref'>, job: ExportJob, measured?: number): void
}

/**
 * Opens what `--remember` names, a file or one that is not there yet.
 *
 * @throws ConfigurationError `invalid-option` for a file that holds something else.
 */
export function openMemory({ expect, remember }: MemoryFlags, err: Pick<Output, 'line'>): Memory {
  if (remember === undefined) return { expected: () => expect, add: () => {} }
  const durations = read(remember)
  return {
    expected(target) {
      const known = durations.expected(keyOf(target))
      return known.length > 0 ? known : expect
    },
    add(target, job, measured) {
      if (job.status !== 'completed') return
      try {
        // Another process may have added to it since.
        const latest = read(remember)
        latest.add(
          keyOf(target),
          measured === undefined || durationOf(job) !== undefined ? job : Math.round(measured),
        )
        const draft = `${remember}.${process.pid}.tmp`
        writeFileSync(draft, `${JSON.stringify(latest)}\n`)
        renameSync(draft, remember)
      } catch (error) {
        const why = isExportJobsError(error) ? error.message : (error as NodeJS.ErrnoException).code
        err.line(
          `export-jobs: ${sanitizeForTerminal(`How long the export took was not kept in ${remember}: ${why}`)}`,
        )
      }
    },
  }
}

// The runs of one export of Didomi take about as long as each other.
function keyOf({ vendor, ref }: Pick<Target, 'vendor' | 'ref'>): string {
  return vendor === 'didomi' ? `didomi ${(ref as DidomiRef).exportId}` : vendor
}

function read(path: string): Durations {
  try {
    return Durations.from(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return new Durations()
    const why = isExportJobsError(error) || error instanceof SyntaxError ? 'it holds something else' : code
    const advice = 'Name another file, or remove it to begin anew.'
    throw new ConfigurationError(
      'invalid-option',
      `The file of --remember, ${path}, cannot be read: ${why}.`,
      undefined,
      advice,
    )
  }
}

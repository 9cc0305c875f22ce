import type { ExportJobsError } from '../index.ts'
import { summarizeError } from './describe.ts'
import type { Environment } from './environment.ts'
import { createLiveTable } from './live-table.ts'
import { type Progress, percentOf, type Row, updateRow } from './row.ts'
import type { Output, Shell } from './shell.ts'
import { formatBytes, formatTicks, sanitizeForTerminal } from './text.ts'

/** The values of `--progress`. */
export const progressKinds = ['auto', 'plain', 'none'] as const

/** The options of what stderr shows. */
export interface ProgressFlags {
  readonly progress?: (typeof progressKinds)[number] | undefined
  readonly quiet?: boolean | undefined
  readonly verbose?: boolean | undefined
}

const minute = 60_000

/**
 * Creates the progress that suits the stream: a live table on a terminal; lines in CI, and elsewhere after a minute, as
 * cron mails whatever a command prints.
 *
 * @param keepsEnded - exports that ended stay in a live table: their results are printed later, or elsewhere
 */
export function createProgress(
  { err, environment }: Pick<Shell, 'err' | 'environment'>,
  { progress = 'auto', quiet = false }: ProgressFlags,
  keepsEnded: boolean,
): Progress {
  if (quiet || progress === 'none') return noProgress
  if (progress === 'plain' || isCI(environment)) return createPlainProgress(err, 0)
  return err.isTerminal ? createLiveTable(err, keepsEnded) : createPlainProgress(err, minute)
}

const isCI = ({ CI }: Environment): boolean => Boolean(CI) && CI !== 'false' && CI !== '0'

const nothing = () => {}
const noProgress: Progress = {
  add: () => ({ rename: nothing, update: nothing, save: nothing, end: nothing }),
  printAbove: (write) => write(),
  end: nothing,
  clear: nothing,
}

/** Prints a hint after a failed poll if the environment names a proxy that this Node cannot use. */
export function tellHint(
  shell: Pick<Shell, 'err' | 'proxy'>,
  progress: Progress,
  error: ExportJobsError,
): void {
  const hint = shell.proxy?.hint(error)
  if (hint) progress.printAbove(() => shell.err.line(`export-jobs: ${hint}`))
}

/**
 * Progress for logs: a line when something changes, and one a minute while nothing does.
 *
 * @param delay - ms at the start in which no line is printed
 */
export function createPlainProgress(err: Pick<Output, 'line'>, delay: number): Progress {
  const startedAt = performance.now()
  const lines = new Set<{ tell(): void; stop(): void }>()
  const first =
    delay > 0
      ? setTimeout(() => {
          for (const line of lines) line.tell()
        }, delay).unref()
      : undefined
  const end = () => {
    clearTimeout(first)
    for (const line of lines) line.stop()
  }
  return {
    add(vendor, ref) {
      let row: Row = { vendor, ref, startedAt: performance.now() }
      let last = ''
      let timer: NodeJS.Timeout | undefined
      const restart = () => {
        clearTimeout(timer)
        timer = setTimeout(tell, minute).unref()
      }
      const tell = () => {
        restart()
        if (performance.now() - startedAt < delay) return
        const time = new Date().toISOString().replace(/\.\d+/, '')
        err.line(`${time} ${row.vendor} ${sanitizeForTerminal(row.ref)}: ${describeRow(row)}`)
      }
      const change = (next: Row) => {
        row = next
        const key = keyOf(row)
        if (key !== last) tell()
        last = key
      }
      const line = { tell, stop: () => clearTimeout(timer) }
      lines.add(line)
      restart()
      return {
        rename: (next) => {
          row = { ...row, ref: next }
        },
        update(update) {
          // The last update is printed as the result, on stdout.
          if (update.nextPollAt) change(updateRow(row, update, performance.now(), Date.now()))
        },
        save: (saved) => change({ ...row, saved }),
        end() {
          line.stop()
          lines.delete(line)
        },
      }
    },
    printAbove: (write) => write(),
    end,
    clear: end,
  }
}

// A line is printed when this changes: progress and bytes count in tenths.
function keyOf(row: Row): string {
  const { job, saved, pollError } = row
  if (saved) return `saving ${saved.total ? Math.floor((saved.bytes / saved.total) * 10) : ''}`
  const tenths = Math.floor((percentOf(row) ?? -1) / 10)
  return `${job?.status} ${tenths} ${pollError ? summarizeError(pollError) : ''}`
}

function describeRow(row: Row): string {
  const { job, saved, pollError, startedAt, nextPollAt } = row
  if (saved) {
    const { bytes, total, bytesPerSecond } = saved
    const share = total ? ` of ${formatBytes(total)} · ${Math.floor((bytes / total) * 100)}%` : ''
    return `saving · ${formatBytes(bytes)}${share} · ${formatBytes(bytesPerSecond)}/s`
  }
  const percent = percentOf(row)
  const left = nextPollAt === undefined ? 0 : Math.ceil((nextPollAt.getTime() - Date.now()) / 1_000)
  return [
    job?.status ?? 'polling',
    percent !== undefined && `${percent}%`,
    `${formatTicks(performance.now() - startedAt)} old`,
    left > 0 && `next poll in ${formatTicks(left * 1_000)}`,
    pollError && `poll failed: ${summarizeError(pollError)}`,
  ]
    .filter(Boolean)
    .join(' · ')
}

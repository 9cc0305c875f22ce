import { summarizeError } from './describe.ts'
import type { Progress, ProgressLine } from './progress.ts'
import { type Row, updateRow } from './row.ts'
import type { Output } from './shell.ts'
import { formatBytes, formatTicks, sanitizeForTerminal } from './text.ts'

const heartbeat = 60_000

/**
 * Progress for logs: a line when something changes, and one a minute while nothing does.
 *
 * @param delay - ms without a line at first: what is quick leaves no trace in the mail of a cron job
 */
export function createPlainProgress(err: Pick<Output, 'line'>, delay: number): Progress {
  const startedAt = performance.now()
  const lines = new Set<{ tell(): void; stop(): void }>()
  const tellAll = () => {
    for (const line of lines) line.tell()
  }
  const first = delay > 0 ? setTimeout(tellAll, delay).unref() : undefined
  const end = () => {
    clearTimeout(first)
    for (const line of lines) line.stop()
  }

  const add = (vendor: string, ref: string): ProgressLine => {
    let row: Row = { vendor, ref, startedAt: performance.now() }
    let last = ''
    let timer: NodeJS.Timeout | undefined
    const tell = () => {
      clearTimeout(timer)
      timer = setTimeout(tell, heartbeat).unref()
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
    timer = setTimeout(tell, heartbeat).unref()
    return {
      rename: (next) => {
        row = { ...row, ref: next }
      },
      update(update) {
        const next = updateRow(row, update, performance.now(), Date.now())
        // How it ended is a result, which is printed as one.
        if (update.nextPollAt === undefined) row = next
        else change(next)
      },
      save: (saved) => change({ ...row, saved }),
      end() {
        line.stop()
        lines.delete(line)
      },
    }
  }
  return { add, printAbove: (write) => write(), end, clear: end }
}

// What makes a line worth writing: numbers count by tens.
function keyOf({ job, saved, pollError }: Row): string {
  if (saved) return `saving ${saved.total ? Math.floor((saved.bytes / saved.total) * 10) : ''}`
  const tens = job && 'progress' in job && job.progress !== undefined ? Math.floor(job.progress / 10) : ''
  return `${job?.status} ${tens} ${pollError ? summarizeError(pollError) : ''}`
}

function describeRow({ job, saved, pollError, startedAt, nextPollAt }: Row): string {
  if (saved) {
    const { bytes, total, bytesPerSecond } = saved
    const share = total ? ` of ${formatBytes(total)} · ${Math.floor((bytes / total) * 100)}%` : ''
    return `saving · ${formatBytes(bytes)}${share} · ${formatBytes(bytesPerSecond)}/s`
  }
  const progress =
    job && 'progress' in job && job.progress !== undefined ? `${Math.floor(job.progress)}%` : ''
  const age = `${formatTicks(performance.now() - startedAt)} old`
  const left = nextPollAt === undefined ? 0 : Math.ceil((nextPollAt.getTime() - Date.now()) / 1_000)
  const next = left > 0 ? `next poll in ${formatTicks(left * 1_000)}` : ''
  const failure = pollError ? `poll failed: ${summarizeError(pollError)}` : ''
  return [job?.status ?? 'polling', progress, age, next, failure].filter(Boolean).join(' · ')
}

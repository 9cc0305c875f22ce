import { createLogUpdate } from 'log-update'
import type { Update } from '../index.ts'
import type { DownloadProgress } from '../node/index.ts'
import { type Row, renderRows, updateRow } from './row.ts'
import type { Shell } from './shell.ts'

/** The live area: a line on stderr for each export that is waited for. Without a terminal it shows nothing but hints. */
export interface Progress {
  /** Adds a line for an export. */
  add(vendor: string, ref: string): ProgressLine
  /**
   * Writes to either stream, above the live area.
   *
   * @param isPiped - what is written goes through another program, which may print it on this terminal a moment later
   */
  printAbove(write: () => void, isPiped?: boolean): void
  /** Ends the live area, leaves its last state on the screen, and gives the cursor back. */
  end(): void
  /** Ends the live area and wipes it. */
  clear(): void
}

/** The line of one export. */
export interface ProgressLine {
  update(update: Update): void
  /** From now on it is the line of a file, of which this much is saved. */
  save(saved: DownloadProgress): void
  /** The export ended, or the wait for it did. */
  end(isGivenUp: boolean): void
}

// Often enough for seconds that tick, and calm: a frame that is the same is not written.
const frame = 250

/**
 * @param keepsEnded - ended exports stay in the area: their results are printed later, or elsewhere
 */
export function createProgress(shell: Pick<Shell, 'err' | 'proxy'>, keepsEnded: boolean): Progress {
  const { err } = shell
  const showHint = (update: Update, printAbove: Progress['printAbove']) => {
    const hint = update.type === 'poll-failed' ? shell.proxy?.hint(update.error) : undefined
    if (hint) printAbove(() => err.line(`export-jobs: ${hint}`))
  }
  if (!err.isTerminal) {
    const printAbove: Progress['printAbove'] = (write) => write()
    const line: ProgressLine = {
      update: (update) => showHint(update, printAbove),
      save: () => {},
      end: () => {},
    }
    return { add: () => line, printAbove, end: () => {}, clear: () => {} }
  }
  const area = createLogUpdate(err.stream)
  const rows = new Map<symbol, Row>()
  let pausedUntil = 0
  const draw = () => {
    if (performance.now() < pausedUntil) return
    if (rows.size === 0) return area.clear()
    area(frameOf([...rows.values()], err).join('\n'))
  }
  const timer = setInterval(draw, frame)
  timer.unref()
  const stop = () => {
    clearInterval(timer)
    area.done()
  }
  const printAbove: Progress['printAbove'] = (write, isPiped = false) => {
    area.clear()
    write()
    if (isPiped) pausedUntil = performance.now() + frame
    draw()
  }

  return {
    add(vendor, ref) {
      const key = Symbol(ref)
      rows.set(key, { vendor, ref, startedAt: performance.now() })
      const change = (by: (row: Row) => Row) => {
        const row = rows.get(key)
        if (row) rows.set(key, by(row))
        draw()
      }
      draw()
      return {
        update(update) {
          showHint(update, printAbove)
          change((row) => updateRow(row, update))
        },
        // Pieces come by the thousand: the next frame shows them. The first makes the line that of a file.
        save(saved) {
          const row = rows.get(key)
          if (row) rows.set(key, { ...row, saved })
          if (!row?.saved) draw()
        },
        end(isGivenUp) {
          // Not drawn before its result stands there: log-update does not move up what is below a line that goes.
          if (!keepsEnded) rows.delete(key)
          else change((row) => ({ ...row, endedAt: performance.now(), isGivenUp }))
        },
      }
    },
    printAbove,
    end() {
      pausedUntil = 0
      draw()
      stop()
    },
    clear() {
      area.clear()
      stop()
    },
  }
}

// Where not all find room, those that are not over are shown first.
function frameOf(rows: readonly Row[], { stream, colors }: Shell['err']): string[] {
  const height = Math.max(1, (stream.rows ?? 24) - 2)
  const view = { columns: stream.columns ?? 80, colors, now: performance.now(), wall: Date.now() }
  if (rows.length <= height) return renderRows(rows, view)
  const byInterest = [...rows].sort(
    (a, b) => Number(a.endedAt !== undefined) - Number(b.endedAt !== undefined),
  )
  const hidden = rows.length - height + 1
  return [...renderRows(byInterest.slice(0, height - 1), view), colors.gray(`  … and ${hidden} more`)]
}

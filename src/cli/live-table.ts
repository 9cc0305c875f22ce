import { createLogUpdate } from 'log-update'
import type { Progress } from './progress.ts'
import { type Row, renderRows, updateRow } from './row.ts'
import type { Output } from './shell.ts'

// Often enough for seconds that tick, and calm: a frame that is the same is not written.
const frame = 250

/**
 * The live area of a terminal: a line for each export that is waited for.
 *
 * @param keepsEnded - ended exports stay in the area: their results are printed later, or elsewhere
 */
export function createLiveTable(err: Output, keepsEnded: boolean): Progress {
  const area = createLogUpdate(err.stream)
  const rows = new Map<symbol, Row>()
  let pausedUntil = 0
  let timer: NodeJS.Timeout | undefined
  const draw = () => {
    if (performance.now() < pausedUntil) return
    if (rows.size === 0) return area.clear()
    area(frameOf([...rows.values()], err).join('\n'))
  }
  const stop = () => {
    clearInterval(timer)
    area.done()
  }

  return {
    add(vendor, ref) {
      timer ??= setInterval(draw, frame).unref()
      const key = Symbol(ref)
      rows.set(key, { vendor, ref, startedAt: performance.now() })
      const change = (by: (row: Row) => Row) => {
        const row = rows.get(key)
        if (row) rows.set(key, by(row))
        draw()
      }
      draw()
      return {
        rename: (ref) => change((row) => ({ ...row, ref })),
        update: (update) => change((row) => updateRow(row, update, performance.now(), Date.now())),
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
    printAbove(write, isPiped = false) {
      area.clear()
      write()
      if (isPiped) pausedUntil = performance.now() + frame
      draw()
    },
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
function frameOf(rows: readonly Row[], { stream, colors }: Output): string[] {
  const height = Math.max(1, (stream.rows ?? 24) - 2)
  const view = { columns: stream.columns ?? 80, colors, now: performance.now(), wall: Date.now() }
  if (rows.length <= height) return renderRows(rows, view)
  const byInterest = [...rows].sort(
    (a, b) => Number(a.endedAt !== undefined) - Number(b.endedAt !== undefined),
  )
  const hidden = rows.length - height + 1
  return [...renderRows(byInterest.slice(0, height - 1), view), colors.gray(`  … and ${hidden} more`)]
}

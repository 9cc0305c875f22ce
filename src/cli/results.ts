import type { ExportJob, Update } from '../index.ts'
import { describeJob, errorToJson, jobToJson, toJsonLine } from './describe.ts'
import { styleOf } from './row.ts'
import type { Colors, Shell } from './shell.ts'
import { formatBytes, padEnd, sanitizeForTerminal, widthOf } from './text.ts'
import { formatRef } from './vendors.ts'

/** How results are printed. */
export interface ResultFlags {
  readonly json?: boolean | undefined
}

/** An export that is there, or was started. */
export interface Named {
  readonly vendor: string
  readonly text: string
}

/**
 * The line of an export, as last seen.
 *
 * @param targets - all that the command prints: on a terminal their lines line up
 * @param event - what a program reads it as, where lines of several kinds are printed
 */
export function jobLine(
  { out }: Pick<Shell, 'out'>,
  job: ExportJob,
  { text }: Named,
  { json }: ResultFlags,
  targets: readonly Named[],
  event?: 'job',
): string {
  if (json) return toJsonLine({ event, ...jobToJson(job) })
  if (!out.isTerminal) return formatResult(job, text)
  const vendor = Math.max(...targets.map((target) => widthOf(target.vendor)))
  const ref = Math.max(...targets.map((target) => widthOf(sanitizeForTerminal(target.text))))
  return paintResult(job, text, out.colors, { vendor, ref, columns: out.stream.columns })
}

/** The JSON line of an update of a watch. */
export function updateLine({ vendor, text }: Named, update: Update): string {
  const { nextPollAt } = update
  return toJsonLine(
    update.type === 'job'
      ? { event: 'update', nextPollAt, ...jobToJson(update.job) }
      : { event: 'update', nextPollAt, vendor, ref: text, error: errorToJson(update.error) },
  )
}

/** The JSON line of a wait that was given up. */
export function errorLine({ vendor, text }: Named, error: unknown): string {
  return toJsonLine({ event: 'error', vendor, ref: text, error: errorToJson(error) })
}

/** Prints the ref of a started export: on stderr where stdout fails, as it must never be lost. */
export function printStarted({ out, err }: Shell, vendor: string, ref: unknown, { json }: ResultFlags): void {
  const text = sanitizeForTerminal(formatRef(ref))
  out.line(json ? toJsonLine({ event: 'started', vendor, ref: formatRef(ref) }) : text, () =>
    err.line(`export-jobs: Started the ${vendor} export ${text}`),
  )
}

/** Prints where the file of an export is. */
export function printSaved(
  { out }: Shell,
  { vendor, text }: Named,
  { path, bytes }: { readonly path: string; readonly bytes: number },
  { json }: ResultFlags,
): void {
  const [ref, file] = [text, path].map(sanitizeForTerminal)
  const { green, gray } = out.colors
  if (json) out.line(toJsonLine({ event: 'saved', vendor, ref: text, path, bytes }))
  else if (!out.isTerminal) out.line([vendor, ref, 'saved', file, bytes].join('\t'))
  else {
    const done = green('saved    ')
    out.line(`${green('✓')} ${vendor}  ${gray(ref ?? '')}  ${done}  ${file} · ${formatBytes(bytes)}`)
  }
}

/** An export as one line of text, its fields separated by tabs: for programs. */
export function formatResult(job: ExportJob, ref: string): string {
  return [job.vendor, sanitizeForTerminal(ref), job.status, describeJob(job)].join('\t')
}

/** What the results of one command are laid out by. */
export interface ResultLayout {
  /** Columns of the widest vendor. */
  readonly vendor: number
  /** Columns of the widest ref. */
  readonly ref: number
  /** Columns of the terminal. Details that do not fit go on a line of their own. Default: no limit. */
  readonly columns?: number | undefined
}

/** As {@link formatResult}, for a person. */
export function paintResult(
  job: ExportJob,
  ref: string,
  colors: Colors,
  { vendor, ref: refWidth, columns = Number.POSITIVE_INFINITY }: ResultLayout,
): string {
  const { symbol, paint } = styleOf(job.status, colors)
  const fields = [
    `${paint(symbol)} ${padEnd(job.vendor, vendor)}`,
    colors.gray(padEnd(sanitizeForTerminal(ref), refWidth)),
    paint(padEnd(job.status, 9)),
  ]
  const details = describeJob(job)
  const line = [...fields, details].join('  ').trimEnd()
  if (widthOf(line) <= columns) return line
  // A ref is never cut: it is there to be copied.
  const [name, id, status] = fields as [string, string, string]
  const isNarrow = widthOf(`${name}  ${id}  ${status}`) > columns
  return isNarrow
    ? `${name}  ${id}\n    ${status}  ${details}`.trimEnd()
    : `${fields.join('  ')}\n    ${details}`
}

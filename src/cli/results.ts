import type { ExportJob, Update } from '../index.ts'
import { describeJob, errorToJson, jobToJson, styleOf, toJsonLine } from './describe.ts'
import type { Colors, Shell } from './shell.ts'
import { formatBytes, padEnd, sanitizeForTerminal, widthOf } from './text.ts'

/** How results are printed. */
export interface ResultFlags {
  readonly json?: boolean | undefined
}

/** An export, by its vendor and its ref as it is written. */
export interface Named {
  readonly vendor: string
  readonly text: string
}

/**
 * The line of an export: JSON, fields separated by tabs, or, on a terminal, columns.
 *
 * @param all - the exports that the command prints: their columns line up
 * @param event - the `event` of the JSON line, for commands that print several kinds of lines
 */
export function jobLine(
  { out }: Pick<Shell, 'out'>,
  job: ExportJob,
  { text }: Named,
  { json }: ResultFlags,
  all: readonly Named[],
  event?: 'job',
): string {
  if (json) return toJsonLine({ event, ...jobToJson(job) })
  if (!out.isTerminal) return [job.vendor, sanitizeForTerminal(text), job.status, describeJob(job)].join('\t')
  const vendor = Math.max(...all.map((each) => widthOf(each.vendor)))
  const ref = Math.max(...all.map((each) => widthOf(sanitizeForTerminal(each.text))))
  return paintResult(job, text, out.colors, { vendor, ref, columns: out.stream.columns })
}

/** The JSON line of an update of a wait. */
export function updateLine({ vendor, text }: Named, update: Update): string {
  const { nextPollAt } = update
  return toJsonLine(
    update.type === 'job'
      ? { event: 'update', nextPollAt, ...jobToJson(update.job) }
      : { event: 'update', nextPollAt, vendor, ref: text, error: errorToJson(update.error) },
  )
}

/** The JSON line of the error that ended a wait. */
export function errorLine({ vendor, text }: Named, error: unknown): string {
  return toJsonLine({ event: 'error', vendor, ref: text, error: errorToJson(error) })
}

/** The JSON line of an export that was started, or of a Didomi run that has appeared. */
export const startedLine = ({ vendor, text }: Named): string =>
  toJsonLine({ event: 'started', vendor, ref: text })

/** Prints the ref of a started export; on stderr if stdout fails, so that the ref is not lost. */
export function printStarted({ out, err }: Shell, named: Named, { json }: ResultFlags): void {
  const text = sanitizeForTerminal(named.text)
  out.line(json ? startedLine(named) : text, () =>
    err.line(`export-jobs: Started the ${named.vendor} export ${text}`),
  )
}

/** Prints where the file of an export is. */
export function printSaved(
  { out }: Shell,
  { vendor, text }: Named,
  { path, bytes }: { readonly path: string; readonly bytes: number },
  { json }: ResultFlags,
): void {
  const [ref = '', file] = [text, path].map(sanitizeForTerminal)
  const { green, gray } = out.colors
  if (json) out.line(toJsonLine({ event: 'saved', vendor, ref: text, path, bytes }))
  else if (!out.isTerminal) out.line([vendor, ref, 'saved', file, bytes].join('\t'))
  else
    out.line(`${green('✓')} ${vendor}  ${gray(ref)}  ${green('saved    ')}  ${file} · ${formatBytes(bytes)}`)
}

/** The line of an export on a terminal, or two lines if it is too long for one. */
export function paintResult(
  job: ExportJob,
  ref: string,
  colors: Colors,
  widths: { readonly vendor: number; readonly ref: number; readonly columns?: number | undefined },
): string {
  const { columns = Number.POSITIVE_INFINITY } = widths
  const { symbol, paint } = styleOf(job.status, colors)
  const name = `${paint(symbol)} ${padEnd(job.vendor, widths.vendor)}`
  const id = colors.gray(padEnd(sanitizeForTerminal(ref), widths.ref))
  const status = paint(padEnd(job.status, 9))
  const details = describeJob(job)
  const start = `${name}  ${id}  ${status}`
  const line = `${start}  ${details}`.trimEnd()
  if (widthOf(line) <= columns) return line
  // A ref is never shortened, so that it can be copied.
  return widthOf(start) > columns
    ? `${name}  ${id}\n    ${status}  ${details}`.trimEnd()
    : `${start}\n    ${details}`
}

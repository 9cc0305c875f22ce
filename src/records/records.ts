import { ConfigurationError, isExportJobsError, ResponseError } from '../errors.ts'
import type { Download, DownloadableClient } from '../http/download.ts'
import { discard } from '../http/read-body.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { isObject } from '../internal/json.ts'
import { copyOwn } from '../internal/options.ts'
import { toRef } from '../internal/ref.ts'
import type { ExportJob } from '../job.ts'
import {
  assertDownloadable,
  createDownloadSource,
  type DownloadSource,
  resolveJob,
} from './download-source.ts'
import { createFormatReader } from './format-reader.ts'
import { checkIntegrity } from './integrity.ts'
import { parseValue } from './parse-value.ts'
import type { Value } from './values.ts'

/** One record of an export, as the vendor wrote it. */
export type ExportRecord = Readonly<Record<string, unknown>>

/** Options of {@link records}. */
export interface RecordsOptions {
  /** Aborts the reading, which then throws `signal.reason`. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the records of an export one by one, as they arrive, from JSON Lines or a JSON array: Tyk, Anaconda and
 * LoyaltyDog (with `format: 'json'`) write these. It needs no disk and runs wherever the client does; `break` ends the
 * download.
 *
 * @param client - of a vendor that has downloads
 * @param refOrJob - a completed export; a ref is polled once, for the number of records that the vendor counted
 * @param options - a signal
 * @returns an iterable over the records, each a JSON object as the vendor wrote it; integers beyond 2^53 are bigints
 * @throws TransportError `network` if the file breaks off; ResponseError `incomplete` if it is cut off or has fewer
 * records than the vendor counted, `not-json` or `unexpected-shape` for a file of another kind or one that is not UTF-8,
 * `too-large` for a record of more than 64 MiB; ConfigurationError `invalid-ref` for CSV; and whatever `openDownload`
 * rejects with. All are thrown while reading; a partial record is never yielded.
 *
 * @example
 * ```ts
 * for await (const record of records(client, id)) console.log(record.action)
 * ```
 */
export async function* records<Ref, Job extends ExportJob>(
  client: DownloadableClient<Ref, Job>,
  refOrJob: Ref | Job,
  options?: RecordsOptions,
): AsyncGenerator<ExportRecord, void, undefined> {
  assertDownloadable(client)
  const { signal } = copyOwn(options)
  throwIfAborted(signal)
  const job = await resolveJob(client, refOrJob, signal)
  const source = createDownloadSource(client, toRef<Ref>(refOrJob as Ref, client.vendor), job, signal)
  yield* read(await source.open(), source, signal)
}

async function* read(
  download: Download,
  { vendor, subject, job }: DownloadSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportRecord, void, undefined> {
  const body = download.body.getReader()
  const { size, format, isFormatGuessed, isFramed } = download
  let count = 0
  let bytes = 0

  const failure = (code: 'not-json' | 'too-large' | 'unexpected-shape', what: string) =>
    new ResponseError(
      code,
      `The file of ${vendor} ${subject} ${what} after ${count} records.`,
      vendor,
      'Use openDownload to get the file as it is.',
    )
  const notJson = () => failure('not-json', 'is not valid JSON in UTF-8')
  const tooLarge = () => failure('too-large', 'has a record of more than 64 MiB')

  function* parse(values: readonly Value[]): Generator<ExportRecord> {
    try {
      for (const value of values) {
        if (!value) throw tooLarge()
        const record = parseValue(value)
        if (!isObject(record)) throw failure('unexpected-shape', 'has a value that is not a JSON object')
        count++
        yield record
        throwIfAborted(signal)
      }
    } catch (error) {
      throwIfAborted(signal)
      throw isExportJobsError(error) ? error : notJson()
    }
  }

  try {
    if (format !== 'jsonl' && format !== 'json') throw notReadable(vendor, subject, format)
    const reader = createFormatReader(format, isFormatGuessed)
    for (let part = await body.read(); !part.done; part = await body.read()) {
      throwIfAborted(signal)
      bytes += part.value.length
      yield* parse(reader.read(part.value))
      if (reader.problem === 'no-list') throw notJson()
      if (reader.problem === 'too-long') throw tooLarge()
    }
    throwIfAborted(signal)
    const { values, evidence: seen } = reader.end()
    if (reader.problem === 'no-list') throw notJson()
    // Each element is yielded as a record, so the number of elements must be the number of records.
    const evidence = { ...seen, mayNest: false }
    const error = checkIntegrity({ vendor, subject, job, size, format, isFramed, bytes, evidence })
    if (error) throw error
    yield* parse(values)
  } finally {
    discard(body)
  }
}

const notReadable = (vendor: string, subject: string, format: string | undefined) =>
  new ConfigurationError(
    'invalid-ref',
    `The file of ${vendor} ${subject} cannot be read record by record: ${format === 'csv' ? 'it is CSV' : 'its format is unknown'}.`,
    vendor,
    format === 'csv'
      ? 'Use openDownload and a CSV parser, or start the export as JSON.'
      : "Use openDownload and a parser. For a vendor of your own, set `format` in its definition's `download`.",
  )

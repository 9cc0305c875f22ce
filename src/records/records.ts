import { ConfigurationError, isExportJobsError, ResponseError } from '../errors.ts'
import type { Download, DownloadableClient } from '../http/download.ts'
import { discard } from '../http/read-body.ts'
import { isObject } from '../http/read-problem.ts'
import { throwIfAborted } from '../internal/abort.ts'
import { copyOwn } from '../internal/options.ts'
import { toRef } from '../internal/ref.ts'
import type { ExportJob } from '../job.ts'
import {
  assertDownloadable,
  createDownloadSource,
  type DownloadSource,
  resolveJob,
} from './download-source.ts'
import { createFormatReader, type FormatReader } from './format-reader.ts'
import { checkIntegrity } from './integrity.ts'
import { parseValue } from './parse-value.ts'
import type { Value } from './values.ts'

/** One record of an export, as the vendor wrote it. */
export type ExportRecord = Readonly<Record<string, unknown>>

/** What {@link records} takes. */
export interface RecordsOptions {
  /** Ends the reading; it then throws the signal's own reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the records of an export one by one, as they arrive: of JSON Lines and of a JSON array, as Tyk, Anaconda and
 * LoyaltyDog (with `format: 'json'`) write them. It needs no disk and runs wherever the client does; `break` ends the
 * download.
 *
 * @param client - of a vendor that has downloads
 * @param refOrJob - an export that is completed; by its ref, it is polled once for what the vendor counted
 * @returns an iterable over the records, each a JSON object as the vendor wrote it: an integer beyond 2^53 is a bigint
 * @throws TransportError `network` when the file breaks off; ResponseError `incomplete` when it has fewer records than
 * the vendor counted or ends in the middle, `not-json` or `unexpected-shape` for a file of another kind or one that is
 * not UTF-8, `too-large` for a record of more than 64 MiB; ConfigurationError `invalid-ref` for CSV; and whatever
 * `openDownload` rejects with. All while it is read, and never part of a record.
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
  source: DownloadSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportRecord, void, undefined> {
  const body = download.body.getReader()
  const { vendor, subject, job } = source
  const { size, format, isFramed } = download
  let count = 0
  let bytes = 0

  function* parse(values: readonly Value[]): Generator<ExportRecord> {
    try {
      for (const value of values) {
        if (!value) throw tooLarge(source, count)
        const record = parseValue(value)
        if (!isObject(record)) throw noRecord(source, count)
        count++
        yield record
        throwIfAborted(signal)
      }
    } catch (error) {
      throwIfAborted(signal)
      throw isExportJobsError(error) ? error : notJson(source, count)
    }
  }

  try {
    const reader = createReader(download, source)
    for (let part = await body.read(); !part.done; part = await body.read()) {
      throwIfAborted(signal)
      bytes += part.value.length
      yield* parse(reader.read(part.value))
      if (reader.problem === 'no-list') throw notJson(source, count)
      if (reader.problem === 'too-long') throw tooLarge(source, count)
    }
    throwIfAborted(signal)
    const { values, verdict: seen } = reader.end()
    if (reader.problem === 'no-list') throw notJson(source, count)
    // Each element is given as a record, and is one.
    const verdict = { ...seen, mayNest: false }
    const error = checkIntegrity({ vendor, subject, job, size, format, isFramed, bytes, verdict })
    if (error) throw error
    yield* parse(values)
  } finally {
    discard(body)
  }
}

function createReader(
  { format, isFormatGuessed }: Download,
  { vendor, subject }: DownloadSource,
): FormatReader {
  if (format === 'jsonl' || format === 'json') return createFormatReader(format, isFormatGuessed)
  const what = format === 'csv' ? 'It is CSV.' : 'Its format is not known.'
  throw new ConfigurationError(
    'invalid-ref',
    `The file of ${vendor} ${subject} cannot be read record by record. ${what}`,
    vendor,
    'Use openDownload and a parser of your choice, or start the export as JSON.',
  )
}

const useDownload = 'Use openDownload to get the file as it is.'

function noRecord({ vendor, subject }: DownloadSource, count: number): ResponseError {
  const message = `The file of ${vendor} ${subject} has something that is no record after ${count} records.`
  return new ResponseError('unexpected-shape', message, vendor, useDownload)
}

function notJson({ vendor, subject }: DownloadSource, count: number): ResponseError {
  const message = `The file of ${vendor} ${subject} is not the JSON that it should be, in UTF-8, after ${count} records.`
  return new ResponseError('not-json', message, vendor, useDownload)
}

function tooLarge({ vendor, subject }: DownloadSource, count: number): ResponseError {
  const message = `The file of ${vendor} ${subject} has a record of more than 64 MiB after ${count} records.`
  return new ResponseError('too-large', message, vendor, useDownload)
}

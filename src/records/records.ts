import { ConfigurationError, isExportJobsError, ResponseError, TransportError } from '../errors.ts'
import type { DownloadableClient } from '../http/download.ts'
import { discard } from '../http/read-body.ts'
import { isObject } from '../http/read-problem.ts'
import { copyOwn } from '../internal/options.ts'
import type { ExportFormat, ExportJob } from '../job.ts'
import { createArrayParser, createLineParser, type ExportRecord, type RecordParser } from './parser.ts'

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
 * @param refOrJob - an export that is completed
 * @returns an iterable over the records, each a JSON object as the vendor wrote it
 * @throws TransportError `network` when the file breaks off, and no part of a record comes out of it; ResponseError
 * `not-json` or `unexpected-shape` for a file of another kind; ConfigurationError `invalid-ref` for CSV; and whatever
 * `openDownload` rejects with. All while it is read.
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
  const { vendor } = client
  const { signal } = copyOwn(options)
  const { body, size, format } = await client.openDownload(refOrJob, { signal })
  const reader = body.getReader()
  let bytes = 0
  let count = 0
  function* check(parse: () => Iterable<unknown>): Generator<ExportRecord> {
    try {
      for (const value of parse()) {
        if (!isObject(value)) throw noRecord(vendor, count)
        count++
        yield value
        signal?.throwIfAborted()
      }
    } catch (error) {
      signal?.throwIfAborted()
      throw isExportJobsError(error) ? error : notJson(vendor, count)
    }
  }
  try {
    const parser = await createParser(format, vendor)
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes += part.value.byteLength
      const chunk = part.value
      yield* check(() => parser.read(chunk))
    }
    if (bytes < (size ?? 0)) throw brokenOff(vendor, count)
    yield* check(() => {
      const last = parser.end(size !== undefined)
      if (!last) throw brokenOff(vendor, count)
      return last
    })
  } finally {
    await discard(reader)
  }
}

async function createParser(format: ExportFormat | undefined, vendor: string): Promise<RecordParser> {
  if (format === 'jsonl') return createLineParser()
  if (format === 'json') return createArrayParser()
  const what = format === 'csv' ? 'It is CSV' : 'Its format is not known'
  const message = `The ${vendor} export cannot be read record by record. ${what}: use openDownload and a parser of your choice, or start it as JSON.`
  throw new ConfigurationError('invalid-ref', message, vendor)
}

const after = (count: number) => `after ${count} records`

function noRecord(vendor: string, count: number): ResponseError {
  const message = `The ${vendor} export holds something else than a record ${after(count)}. Use openDownload instead.`
  return new ResponseError('unexpected-shape', message, vendor)
}

function notJson(vendor: string, count: number): ResponseError {
  const message = `The ${vendor} export is not JSON as it should be ${after(count)}. Use openDownload to see it.`
  return new ResponseError('not-json', message, vendor)
}

function brokenOff(vendor: string, count: number): TransportError {
  const message = `The ${vendor} export broke off in the middle ${after(count)}. Read it again.`
  return new TransportError('network', message, vendor)
}

import type { Clock } from '../clock.ts'
import { type ApiError, isExportJobsError, ResponseError, TransportError } from '../errors.ts'
import type { Digest } from '../http/digest.ts'
import type { Download, DownloadOptions } from '../http/download.ts'
import { discard } from '../http/read-body.ts'
import { systemClock } from '../internal/system-clock.ts'
import type { ExportFormat } from '../job.ts'
import { createPart, findPart, isStrong, type Owner, type Part } from './part.ts'
import { hashesTo, isProvenWhole } from './whole.ts'

/** A file to fetch, and where to. */
export interface Transfer {
  readonly owner: Owner
  /** The path of the part. */
  readonly path: string
  /** Opens the file at the vendor. */
  open(options: DownloadOptions): Promise<Download>
  /** The file, if it is open already. */
  readonly opened: Download | undefined
  /** It may be empty: the vendor counted no record. */
  readonly mayBeEmpty: boolean
  readonly signal: AbortSignal | undefined
  readonly clock: Clock | undefined
  /** Told after each piece. */
  onBytes(part: Part, arrived: number): void
}

/** What is known after the attempts so far. */
interface State {
  part: Part | undefined
  /** Open at its beginning, and not read yet. */
  opened: Download | undefined
  format?: ExportFormat | undefined
  digest?: Digest | undefined
}

// An attempt that brings so much may be followed by the next at once.
const goodProgress = 1024 * 1024
const mostFailures = 5
// What asks for a longer pause is left to the caller. In ms.
const longestPause = 60_000

/**
 * Fetches a file into its part, again and again from where it broke off, until the part is the whole file.
 *
 * @returns the part, open
 * @throws what the last attempt failed with, where another cannot change it or five in a row have brought nothing; the
 * part stays, for the next call to go on with
 */
export async function transfer(task: Transfer): Promise<Part> {
  const { signal, clock = systemClock } = task
  const state: State = { part: await findPart(task.path, task.owner), opened: task.opened }
  let farthest = state.part?.bytes ?? 0
  try {
    for (let failures = 0; ; ) {
      try {
        return await attempt(task, state)
      } catch (error) {
        signal?.throwIfAborted()
        if (!isExportJobsError(error) || !error.retryable) throw error
        const progress = (state.part?.bytes ?? 0) - farthest
        farthest += Math.max(0, progress)
        failures = progress > 0 ? 0 : failures + 1
        const pause = Math.max(125 * 2 ** failures, (error as Partial<ApiError>).retryAfter ?? 0)
        if (failures >= mostFailures || pause > longestPause) throw error
        if (progress < goodProgress) await clock.sleep(pause, { signal })
      }
    }
  } catch (error) {
    await state.part?.close()
    if (state.part?.bytes === 0) await state.part.discard()
    throw error
  } finally {
    await letGo(state)
  }
}

async function attempt(task: Transfer, state: State): Promise<Part> {
  const { part } = state
  if (!part || part.bytes !== part.size) {
    const rest = await openRest(task, state)
    if (rest) await letGo(state)
    await append(task, state, rest ?? (await openWhole(task, state)))
  }
  return demandWhole(task, state, state.part as Part)
}

/** Opens the file where the part ends; undefined where it cannot be gone on with. */
async function openRest({ open, signal }: Transfer, state: State): Promise<Download | undefined> {
  const { part } = state
  if (!part?.etag || part.bytes === 0) return undefined
  try {
    const rest = await open({ signal, range: { start: part.bytes }, ifMatch: part.etag })
    const isSame = rest.etag === part.etag && (rest.size ?? part.size) === (part.size ?? rest.size)
    if (rest.start === part.bytes && isSame) {
      part.size ??= rest.size
      return rest
    }
    if (rest.start > 0) await discard(rest.body)
    // It pays no heed to ranges, and this is the whole of it.
    else {
      await letGo(state)
      state.opened = rest
    }
  } catch (error) {
    // It has changed, or is shorter than what is there.
    const { httpStatus } = error as Partial<ApiError>
    if (!isExportJobsError(error) || (httpStatus !== 412 && httpStatus !== 416)) throw error
  }
  return undefined
}

/** Opens the file at its beginning, and begins its part anew. */
async function openWhole(task: Transfer, state: State): Promise<Download> {
  const opened = state.opened ?? (await task.open({ signal: task.signal }))
  state.opened = opened
  const { etag, size } = opened
  await state.part?.close()
  state.part = undefined
  state.digest = undefined
  state.part = await createPart(task.path, task.owner, { etag: isStrong(etag) ? etag : undefined, size })
  state.opened = undefined
  return opened
}

/** Lets go of a file that was opened for its name, and is not needed from its beginning. */
async function letGo(state: State): Promise<void> {
  const { opened } = state
  state.opened = undefined
  await discard(opened?.body ?? null)
}

async function append(task: Transfer, state: State, { body, format, digest }: Download): Promise<void> {
  const part = state.part as Part
  state.format = format
  // The hash of the version stays known when the answer for a part of it does not repeat it.
  state.digest = digest ?? state.digest
  for await (const chunk of body) {
    if (part.bytes + chunk.byteLength > (part.size ?? Number.POSITIVE_INFINITY))
      throw await refuse(part, task)
    await part.write(chunk)
    task.onBytes(part, chunk.byteLength)
  }
}

async function demandWhole(task: Transfer, { format, digest }: State, part: Part): Promise<Part> {
  await part.flush()
  const { vendor } = task.owner
  const { bytes, size } = part
  const isWhole =
    size === undefined
      ? (bytes === 0 && task.mayBeEmpty) || (await isProvenWhole(part, format, task.signal))
      : bytes === size
  if (!isWhole) {
    const how = size === undefined ? ', and nothing shows that it is whole' : ` of ${size}`
    const message = `The download from ${vendor} broke off after ${bytes} bytes${how}. Download it again: it goes on.`
    throw new TransportError('network', message, vendor)
  }
  if (digest && !(await hashesTo(digest, part, task.signal))) throw await refuse(part, task)
  return part
}

async function refuse(part: Part, { owner: { vendor } }: Transfer): Promise<ResponseError> {
  await part.discard()
  const message = `The file that came from ${vendor} has not the length and the checksum that were told, and is not kept.`
  return new ResponseError('unexpected-shape', message, vendor)
}

import { ResponseError } from '../errors.ts'
import { onAbort, throwIfAborted } from '../internal/abort.ts'
import { createIdleTimeout } from './idle-timeout.ts'
import { discard } from './read-body.ts'
import { type FailedRequest, timedOut, toTransportError } from './transport-error.ts'

/** How the body of a download is read. */
export interface GuardOptions extends FailedRequest {
  /** How long it may be idle while somebody reads, in ms. */
  readonly timeout: number
  readonly signal: AbortSignal | undefined
  /** It does not begin at the beginning of the file. */
  readonly isRest?: boolean | undefined
  /** The coding that the body may still have, and the bytes that show it. */
  readonly undecoded?: { readonly coding: string; readonly signature?: readonly number[] } | undefined
  /** Called once, when the body has been read, cancelled or aborted, or has failed. */
  readonly onEnd?: (() => void) | undefined
}

/** The error for a page in the place of a file. */
export function pageInsteadOfFile({ vendor, subject }: FailedRequest): ResponseError {
  const message = `${vendor} answered with a page instead of the file for ${subject}.`
  return new ResponseError('unexpected-shape', message, vendor, 'Check the base URL.')
}

/** The error for a body in a coding that the runtime does not take away. */
export function stillCoded({ vendor, subject }: FailedRequest, coding: string): ResponseError {
  // As the server wrote it, which may be anything.
  const name = /^[\w-]{1,30}$/.test(coding) ? `"${coding}"` : 'a coding'
  const message = `${vendor} sent the file in ${name}, which this runtime does not decode, for ${subject}.`
  return new ResponseError('unexpected-shape', message, vendor, 'Have it sent uncompressed, or as gzip.')
}

/**
 * The body of a download, which fails with typed errors: when it is idle for too long, when it breaks off, when it
 * begins as a page. On abort the connection is let go at once, also while nobody reads.
 */
export function guardBody(
  body: ReadableStream<Uint8Array>,
  options: GuardOptions,
): ReadableStream<Uint8Array> {
  const { timeout, signal, isRest, undecoded, onEnd } = options
  const reader = body.getReader()
  let isPage = isRest ? false : undefined
  const isCoded = isRest ? undefined : createPrefixCheck(undecoded?.signature)
  let isOver = false
  const release = () => {
    if (isOver) return
    isOver = true
    unlisten?.()
    idle.end()
    discard(reader)
    onEnd?.()
  }
  const idle = createIdleTimeout(timeout, release)
  const unlisten = signal && onAbort(signal, release)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          idle.begin()
          const { done, value } = await reader.read()
          idle.pause()
          // A body that is let go reads as one that has ended; of some runtimes, as one that broke off.
          if (idle.isOver || signal?.aborted) throw signal?.reason
          if (!done) {
            isPage ??= beginsAsPage(value)
            if (isPage) throw pageInsteadOfFile(options)
            if (undecoded && isCoded?.(value)) throw stillCoded(options, undecoded.coding)
            return controller.enqueue(value)
          }
          release()
          controller.close()
        } catch (error) {
          release()
          throwIfAborted(signal)
          throw idle.isOver ? timedOut(options, timeout) : toTransportError(error, options)
        }
      },
      cancel: release,
    },
    { highWaterMark: 0 },
  )
}

// A byte order mark, a space, a tab, the ends of a line.
const blank = [0xef, 0xbb, 0xbf, 0x20, 0x09, 0x0d, 0x0a]

// HTML and XML begin so, and no export does. `undefined`: it has not begun yet.
function beginsAsPage(chunk: Uint8Array): boolean | undefined {
  const first = chunk.find((byte) => !blank.includes(byte))
  return first === undefined ? undefined : first === 0x3c
}

/** Whether a body begins with these bytes, which may come in several chunks. */
function createPrefixCheck(prefix: readonly number[] = []): (chunk: Uint8Array) => boolean {
  let at = 0
  return (chunk) => {
    for (const byte of chunk) {
      if (at >= prefix.length) return false
      at = byte === prefix[at] ? at + 1 : Number.POSITIVE_INFINITY
      if (at === prefix.length) return true
    }
    return false
  }
}

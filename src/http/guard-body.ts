import type { ResponseError } from '../errors.ts'
import { onAbort, throwIfAborted } from '../internal/abort.ts'
import { copyOwn } from '../internal/options.ts'
import { afterReading, longestTimer } from '../internal/timers.ts'
import { discard } from './read-body.ts'
import {
  badResponse,
  checkBaseUrlAdvice,
  type FailedRequest,
  timedOut,
  toTransportError,
} from './transport-error.ts'

/** How the body of a download is read. */
export interface GuardOptions extends FailedRequest {
  /** How long a read may wait for the next chunk, in ms. */
  readonly timeout: number
  readonly signal: AbortSignal | undefined
  /** The body does not begin at the start of the file. */
  readonly isRest?: boolean | undefined
  /** The coding that the body may still have, and the bytes that it then begins with. */
  readonly undecoded?: { readonly coding: string; readonly signature?: readonly number[] } | undefined
  /** Called once, when the body has been read, cancelled or aborted, or has failed. */
  readonly onEnd?: (() => void) | undefined
}

/** Makes the error for a page in place of a file. */
export const pageInsteadOfFile = (request: FailedRequest): ResponseError =>
  badResponse('unexpected-shape', request, 'answered with a page instead of the file', checkBaseUrlAdvice)

/** Makes the error for a body that the runtime has not decoded. */
export function stillCoded(request: FailedRequest, coding: string): ResponseError {
  // The server may have written anything there.
  const name = /^[\w-]{1,30}$/.test(coding) ? `"${coding}"` : 'a coding'
  const what = `sent the file in ${name}, which this runtime does not decode,`
  return badResponse('unexpected-shape', request, what, 'Have it sent uncompressed, or as gzip.')
}

/**
 * Wraps the body of a download so that it fails with typed errors: when it is idle for too long, when it breaks off, or
 * when it begins like a page. On abort the connection is closed at once, even if nobody is reading.
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
    copyOwn<UnderlyingDefaultSource<Uint8Array>>({
      async pull(controller) {
        try {
          idle.begin()
          const { done, value } = await reader.read()
          idle.pause()
          // A cancelled body reads as if it had ended; in some runtimes, as if it had broken off.
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
    }),
    copyOwn({ highWaterMark: 0 }),
  )
}

// A byte order mark, a space, a tab, the ends of a line.
const blank = [0xef, 0xbb, 0xbf, 0x20, 0x09, 0x0d, 0x0a]

// HTML and XML begin with "<", and no export does. `undefined` for a chunk of blanks only.
function beginsAsPage(chunk: Uint8Array): boolean | undefined {
  const first = chunk.find((byte) => !blank.includes(byte))
  return first === undefined ? undefined : first === 0x3c
}

/** Makes a check whether a body begins with these bytes, which may come in several chunks. */
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

/**
 * Creates a timeout that runs out when one read takes too long. It keeps one timer for all reads, as there may be
 * thousands a second.
 *
 * @param limit - ms for each read
 * @param onOver - called once, when the time runs out
 */
export function createIdleTimeout(limit: number, onOver: () => void) {
  let since: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  const arm = (delay: number) => {
    timer = setTimeout(() => afterReading(check), Math.min(delay, longestTimer))
  }

  // Since the timer was set, that read may have ended and another begun.
  const check = () => {
    timer = undefined
    if (since === undefined) return
    const left = since + limit - performance.now()
    if (left > 0) return arm(left)
    isOver = true
    onOver()
  }

  return {
    /** A read begins. */
    begin() {
      since = performance.now()
      if (timer === undefined) arm(limit)
    },
    /** A chunk has arrived. */
    pause() {
      since = undefined
    },
    /** Nothing will be read any more. */
    end() {
      since = undefined
      clearTimeout(timer)
      timer = undefined
    },
    get isOver() {
      return isOver
    },
  }
}

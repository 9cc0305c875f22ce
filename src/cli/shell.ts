import picocolors from 'picocolors'
import type { Environment } from './environment.ts'
import type { ProxySupport } from './proxy.ts'
import { createWriter } from './writer.ts'

/** Colours that are none where colour is not wanted. */
export type Colors = ReturnType<typeof picocolors.createColors>

/** One of the two streams a command writes to. */
export interface Output {
  readonly stream: NodeJS.WriteStream
  /** A person reads it, and its cursor can be moved. */
  readonly isTerminal: boolean
  readonly colors: Colors
  /** What the first write that failed has failed with: the disk is full, or the reader has closed the pipe. */
  readonly failure: NodeJS.ErrnoException | undefined
  /** Writes a text as it is. */
  write(text: string): void
  /**
   * Writes a line.
   *
   * @param onLost - called when it could not be written
   */
  line(text: string, onLost?: () => void): void
  /** Resolves when everything has been written or has failed. */
  flush(): Promise<void>
}

/** The surroundings of a command. */
export interface Shell {
  readonly environment: Environment
  /** Aborted with an {@link Interruption}: by Ctrl-C, by a request to terminate, or because stdout takes no more. */
  readonly signal: AbortSignal
  /** For results. */
  readonly out: Output
  /** For everything else. */
  readonly err: Output
  readonly proxy?: ProxySupport
}

/** Why a command stopped before its end. */
export class Interruption extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super('Interrupted.')
    this.exitCode = exitCode
  }
}

/**
 * Prepares a stream for writing.
 *
 * @param onFailure - called when a write fails for the first time
 */
export function createOutput(
  stream: NodeJS.WriteStream,
  environment: Environment,
  onFailure: () => void = () => {},
): Output {
  const isTerminal = stream.isTTY === true && environment.TERM !== 'dumb'
  const colors = picocolors.createColors(
    !environment.NO_COLOR && (isTerminal || Boolean(environment.FORCE_COLOR)),
  )
  const pending = new Set<Promise<void>>()
  const writeText = createWriter(stream)
  let failure: NodeJS.ErrnoException | undefined
  const fail = (error: Error) => {
    if (failure) return
    failure = error
    onFailure()
  }
  stream.on('error', fail)

  const write = (text: string, onLost?: () => void) => {
    const written = writeText(text).catch((error: Error) => {
      fail(error)
      onLost?.()
    })
    pending.add(written)
    written.finally(() => pending.delete(written))
  }
  return {
    stream,
    isTerminal,
    colors,
    get failure() {
      return failure
    },
    write,
    line: (text, onLost) => write(`${text}\n`, onLost),
    async flush() {
      await Promise.all(pending)
    },
  }
}

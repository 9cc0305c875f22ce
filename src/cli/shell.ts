import { fstatSync, writeSync } from 'node:fs'
import picocolors from 'picocolors'
import type { Environment } from './environment.ts'
import type { ProxySupport } from './proxy.ts'

/** Functions that colour text, or leave it as it is where colours are not wanted. */
export type Colors = ReturnType<typeof picocolors.createColors>

/** One of the two streams a command writes to. */
export interface Output {
  readonly stream: NodeJS.WriteStream
  /** A terminal whose cursor can be moved. */
  readonly isTerminal: boolean
  readonly colors: Colors
  /** The error of the first write that failed: the disk is full, or the reader has closed the pipe. */
  readonly failure: NodeJS.ErrnoException | undefined
  /** Writes text or bytes as they are; resolves when they are written or the write has failed. */
  write(content: string | Uint8Array): Promise<void>
  /**
   * Writes a line.
   *
   * @param onLost - called when it could not be written
   */
  line(text: string, onLost?: () => void): void
  /** Resolves when everything has been written or has failed. */
  flush(): Promise<void>
}

/** The streams, environment and signal of a command. */
export interface Shell {
  readonly environment: Environment
  /** Aborted with an {@link Interruption}: by Ctrl-C, by SIGTERM, or when a write to stdout failed. */
  readonly signal: AbortSignal
  /** For results. */
  readonly out: Output
  /** For everything else. */
  readonly err: Output
  readonly proxy?: ProxySupport
  /** Reads all of stdin as text. */
  readInput?(): Promise<string>
}

/** Why a command stopped before its end. */
export class Interruption extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super('Interrupted.')
    this.exitCode = exitCode
  }
}

/** Whether the program that reads this output has ended, as `head` does when it has enough lines. */
export const isClosedPipe = ({ failure }: Output): boolean => failure?.code === 'EPIPE'

/** Reports that a command was stopped, unless the reader of stdout has ended: `\r` overwrites the `^C` of the terminal. */
export function tellStop({ out, err }: Pick<Shell, 'out' | 'err'>, text: string): void {
  if (!isClosedPipe(out)) err.line(`${err.isTerminal ? '\r' : ''}export-jobs: ${text}`)
}

/**
 * Prepares a stream for writing.
 *
 * @param onFailure - called when a write fails for the first time
 */
export function createOutput(
  stream: NodeJS.WriteStream,
  environment: Environment,
  onFailure: (failure: NodeJS.ErrnoException) => void = () => {},
): Output {
  const isTerminal = stream.isTTY === true && environment.TERM !== 'dumb'
  const colors = picocolors.createColors(
    !environment.NO_COLOR && (isTerminal || Boolean(environment.FORCE_COLOR)),
  )
  const pending = new Set<Promise<void>>()
  const writeContent = createWriter(stream)
  let failure: NodeJS.ErrnoException | undefined
  const fail = (error: Error) => {
    if (failure) return
    failure = error
    onFailure(error)
  }
  stream.on('error', fail)

  const write = (content: string | Uint8Array, onLost?: () => void) => {
    const written = writeContent(content).catch((error: Error) => {
      fail(error)
      onLost?.()
    })
    pending.add(written)
    written.finally(() => pending.delete(written))
    return written
  }
  return {
    stream,
    isTerminal,
    colors,
    get failure() {
      return failure
    },
    write,
    line: (text, onLost) => void write(`${text}\n`, onLost),
    async flush() {
      await Promise.all(pending)
    },
  }
}

/** Creates the function that writes to a stream; it writes all of the content, or rejects. */
export function createWriter(stream: NodeJS.WriteStream & { readonly fd?: number }) {
  const { fd, isTTY } = stream
  return fd !== undefined && !isTTY && isFile(fd)
    ? async (content: string | Uint8Array) => writeWhole(fd, content)
    : (content: string | Uint8Array) => writeTo(stream, content)
}

function isFile(fd: number): boolean {
  const stats = fstatSync(fd)
  return stats.isFile() || stats.isCharacterDevice()
}

// Node's stream for files calls `write` once: what does not fit on the disk is lost without an error.
function writeWhole(fd: number, content: string | Uint8Array): void {
  const bytes = Buffer.from(content)
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}

function writeTo(stream: NodeJS.WriteStream, content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(content, (error) => (error ? reject(error) : resolve()))
  })
}

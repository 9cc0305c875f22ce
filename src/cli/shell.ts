import picocolors from 'picocolors'
import type { Environment } from './environment.ts'

/** Colours that are none where colour is not wanted. */
export type Colors = ReturnType<typeof picocolors.createColors>

/** One of the two streams a command writes to. */
export interface Output {
  readonly stream: NodeJS.WriteStream
  /** Somebody looks at it, and its cursor can be moved. */
  readonly isTerminal: boolean
  readonly colors: Colors
  /** Writes a line. */
  line(text: string): void
}

/** The surroundings of a command. */
export interface Shell {
  readonly environment: Environment
  /** Aborted by Ctrl-C and by a request to terminate, with an {@link Interruption} as reason. */
  readonly signal: AbortSignal
  /** For results. */
  readonly out: Output
  /** For everything else. */
  readonly err: Output
}

/** Why a command stopped before its end. */
export class Interruption extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super('Interrupted.')
    this.exitCode = exitCode
  }
}

/** Prepares a stream for writing. */
export function createOutput(stream: NodeJS.WriteStream, environment: Environment): Output {
  const isTerminal = stream.isTTY === true && environment.TERM !== 'dumb'
  const colors = picocolors.createColors(
    !environment.NO_COLOR && (isTerminal || Boolean(environment.FORCE_COLOR)),
  )
  // A reader that has gone away (`| head`) is no failure of the export.
  stream.on('error', () => {})
  return { stream, isTerminal, colors, line: (text) => void stream.write(`${text}\n`) }
}

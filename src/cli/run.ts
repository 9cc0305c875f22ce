import { CommanderError } from 'commander'
import { describeError } from './describe.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { Interruption, isClosedPipe, type Shell } from './shell.ts'
import { refuseSecrets } from './usage.ts'

/**
 * Runs a command line.
 *
 * @param words - without the name of the program
 * @returns the exit code; it never throws
 */
export async function run(words: readonly string[], shell: Shell): Promise<number> {
  const exitCode = await runProgram(words, shell)
  await shell.out.flush()
  const { failure } = shell.out
  // Whoever has read enough, as `head` has, is told nothing.
  if (failure === undefined || isClosedPipe(shell.out)) return exitCode
  shell.err.line(`export-jobs: Cannot write to stdout: ${explain(failure)}.`)
  return exitCodes.output
}

async function runProgram(words: readonly string[], shell: Shell): Promise<number> {
  let exitCode: number = exitCodes.done
  const program = createProgram(shell, (code) => {
    exitCode = code
  })
  try {
    refuseSecrets(words)
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has said already what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    if (error instanceof Interruption && shell.out.failure) return error.exitCode
    shell.err.line(`export-jobs: ${describeError(error)}`)
    const hint = shell.proxy?.hint(error)
    if (hint) shell.err.line(`export-jobs: ${hint}`)
    if (error instanceof Interruption) return error.exitCode
    return exitCodeOfError(error) ?? exitCodes.bug
  }
}

function explain({ code }: NodeJS.ErrnoException): string {
  return code === 'ENOSPC' ? 'the disk is full (ENOSPC)' : `${code ?? 'unknown error'}`
}

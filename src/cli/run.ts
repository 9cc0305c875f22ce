import { CommanderError } from 'commander'
import { describeError } from './describe.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { refuseSecrets } from './secrets.ts'
import { Interruption, type Shell } from './shell.ts'

/**
 * Runs a command line.
 *
 * @param words - without the name of the program
 * @returns the exit code; it never throws
 */
export async function run(words: readonly string[], shell: Shell): Promise<number> {
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
    shell.err.line(`export-jobs: ${describeError(error)}`)
    if (error instanceof Interruption) return error.exitCode
    return exitCodeOfError(error) ?? exitCodes.bug
  }
}

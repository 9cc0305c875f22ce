import { CommanderError } from 'commander'
import { describeError } from './describe.ts'
import { exitCodeOfError, exitCodes } from './exit-codes.ts'
import { createProgram } from './program.ts'
import { refuseSecrets } from './secrets.ts'
import { createOutput, Interruption, type Shell } from './shell.ts'

const interruption = new AbortController()
const shell: Shell = {
  environment: process.env,
  signal: interruption.signal,
  out: createOutput(process.stdout, process.env),
  err: createOutput(process.stderr, process.env),
}

for (const [signal, exitCode] of [
  ['SIGINT', exitCodes.interrupted],
  ['SIGTERM', exitCodes.terminated],
] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for a clean end.
    if (interruption.signal.aborted) process.exit(exitCode)
    interruption.abort(new Interruption(exitCode))
  })
}

try {
  refuseSecrets(process.argv.slice(2))
  await createProgram(shell, (exitCode) => {
    process.exitCode = exitCode
  }).parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

function report(error: unknown): number {
  // Commander has said already what is wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  shell.err.line(`export-jobs: ${describeError(error)}`)
  if (error instanceof Interruption) return error.exitCode
  return exitCodeOfError(error) ?? exitCodes.bug
}

import { exitCodes } from './exit-codes.ts'
import { run } from './run.ts'
import { createOutput, Interruption } from './shell.ts'

const interruption = new AbortController()

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

// Not by process.exit, which would cut off what is still on its way to a pipe.
process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  signal: interruption.signal,
  out: createOutput(process.stdout, process.env),
  err: createOutput(process.stderr, process.env),
})

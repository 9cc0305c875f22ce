import { text } from 'node:stream/consumers'
import { exitCodes } from './exit-codes.ts'
import { run } from './program.ts'
import { createProxy } from './proxy.ts'
import { createOutput, Interruption } from './shell.ts'

const interruption = new AbortController()
const interrupt = (exitCode: number) => interruption.abort(new Interruption(exitCode))

for (const [signal, exitCode] of [
  ['SIGINT', exitCodes.interrupted],
  ['SIGTERM', exitCodes.terminated],
] as const) {
  process.on(signal, () => {
    // The second signal ends the process at once.
    if (interruption.signal.aborted) process.exit(exitCode)
    interrupt(exitCode)
  })
}

// process.exit would lose output that is still buffered for a pipe.
process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  signal: interruption.signal,
  // Further results could not be written, so the waits end.
  out: createOutput(process.stdout, process.env, ({ code }) =>
    interrupt(code === 'EPIPE' ? exitCodes.closedPipe : exitCodes.output),
  ),
  err: createOutput(process.stderr, process.env),
  proxy: createProxy(process),
  readInput: async () => text(process.stdin),
})

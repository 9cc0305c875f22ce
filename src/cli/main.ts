import { text } from 'node:stream/consumers'
import { exitCodes } from './exit-codes.ts'
import { createProxy } from './proxy.ts'
import { run } from './run.ts'
import { createOutput, Interruption } from './shell.ts'

const interruption = new AbortController()
const interrupt = (exitCode: number) => interruption.abort(new Interruption(exitCode))

for (const [signal, exitCode] of [
  ['SIGINT', exitCodes.interrupted],
  ['SIGTERM', exitCodes.terminated],
] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for a clean end.
    if (interruption.signal.aborted) process.exit(exitCode)
    interrupt(exitCode)
  })
}

// Not by process.exit, which would cut off what is still on its way to a pipe.
process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  signal: interruption.signal,
  // Nobody receives the results any more: to wait for further ones is of no use.
  out: createOutput(process.stdout, process.env, ({ code }) =>
    interrupt(code === 'EPIPE' ? exitCodes.closedPipe : exitCodes.output),
  ),
  err: createOutput(process.stderr, process.env),
  proxy: createProxy(process),
  readInput: async () => text(process.stdin),
})

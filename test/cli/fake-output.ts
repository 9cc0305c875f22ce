import { Writable } from 'node:stream'
import { createOutput, type Output } from '../../src/cli/shell.ts'

/**
 * An output that keeps what is written to it, without colours.
 *
 * @param failure - what every write fails with
 */
export function fakeOutput(
  terminal?: { columns: number; rows: number },
  failure?: Error,
): Output & { text(): string } {
  let written = ''
  const stream = new Writable({
    write(chunk, _, done) {
      if (failure) return done(failure)
      written += chunk
      done()
    },
  })
  const given = Object.assign(stream, terminal && { ...terminal, isTTY: true })
  const output = createOutput(given as unknown as NodeJS.WriteStream, { NO_COLOR: '1' })
  return Object.assign(output, { text: () => written })
}

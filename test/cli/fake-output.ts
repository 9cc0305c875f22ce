import { Writable } from 'node:stream'
import picocolors from 'picocolors'
import type { Output } from '../../src/cli/shell.ts'

/** An output that keeps what is written to it. */
export function fakeOutput(terminal?: { columns: number; rows: number }): Output & { text(): string } {
  let written = ''
  const stream = new Writable({
    write(chunk, _, done) {
      written += chunk
      done()
    },
  })
  return {
    stream: Object.assign(stream, terminal && { ...terminal, isTTY: true }) as unknown as NodeJS.WriteStream,
    isTerminal: terminal !== undefined,
    colors: picocolors.createColors(false),
    line: (text) => void stream.write(`${text}\n`),
    text: () => written,
  }
}

import { fstatSync, writeSync } from 'node:fs'

/** Writes a text whole; rejects with what it failed with. */
export type Writer = (text: string) => Promise<void>

/** Makes the function that writes to a stream. */
export function createWriter(stream: NodeJS.WriteStream & { readonly fd?: number }): Writer {
  const { fd, isTTY } = stream
  return fd !== undefined && !isTTY && isFile(fd)
    ? async (text) => writeWhole(fd, text)
    : (text) => writeTo(stream, text)
}

function isFile(fd: number): boolean {
  const stats = fstatSync(fd)
  return stats.isFile() || stats.isCharacterDevice()
}

// Node's own stream for files writes once: what no longer fits on the disk is dropped without an error.
function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}

function writeTo(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()))
  })
}

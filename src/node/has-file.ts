import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { createChecksum } from './checksum.ts'
import { readAll } from './read-file.ts'
import type { SavedFile } from './start-note.ts'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/** Whether a file is there, with the bytes that were saved. */
export async function hasFile({ path, bytes, checksum }: SavedFile): Promise<boolean> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined)
  if (!file) return false
  try {
    const stat = await file.stat()
    if (!stat.isFile() || stat.size !== bytes) return false
    const running = createChecksum()
    for await (const chunk of readAll(file)) running.update(chunk)
    return running.value === checksum
  } finally {
    await file.close()
  }
}

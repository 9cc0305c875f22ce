import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode, removeNow } from './file-system.ts'
import { createNote } from './note-file.ts'
import { identifyProcess, isProcessAlive, type ProcessIdentity } from './process-identity.ts'
import { badTarget, cannotWrite } from './target.ts'

/** The exclusive right to a target, until it is released or the process ends. */
export interface FileLock {
  /** Removes the lock file synchronously. A second call does nothing. */
  release(): Promise<void>
}

const kind = 'export-jobs/lock'

interface Holder extends ProcessIdentity {
  readonly kind: typeof kind
  /** Unique for each lock. */
  readonly id: string
}

// In ms. A run shows other machines that it is alive by rewriting its lock.
const beat = 5_000
const deadAfter = 30_000
// In ms. How long a lock may stay empty between its creation and its first write.
const emptyFor = 2_000

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/**
 * Acquires the lock at a path. The lock of a holder that has ended, even by `kill -9` or a crash of the machine, is taken
 * over; a later process with the same id is not mistaken for the holder.
 *
 * @param subject - what the lock is for, for the error message
 * @throws ConfigurationError `invalid-option` while another run holds it, or if the folder is not writable.
 */
export async function acquireLock(path: string, subject: string): Promise<FileLock> {
  const self = await identifyProcess()
  for (;;) {
    const lock = await create(path, self)
    if (lock) return lock
    const there = await readHolder(path)
    if (there === 'absent') continue
    if (there === 'empty') {
      await sleep(50)
      continue
    }
    if (there === 'foreign')
      throw badTarget(`${path} is another program's file.`, 'Choose another name, or move that file away.')
    if (await isAlive(there, self)) throw inUse(subject, there, self)
    await removeDead(path, there.id, subject)
  }
}

// Under a lock of its own: of two runs that find the same dead lock, the second would remove the first one's new lock.
async function removeDead(path: string, id: string, subject: string): Promise<void> {
  const removal = await acquireLock(join(dirname(path), `.export-jobs-${id}.lock`), subject)
  try {
    const there = await readHolder(path)
    if (typeof there === 'object' && there.id === id) removeNow(path)
  } finally {
    await removal.release()
  }
}

async function create(path: string, self: ProcessIdentity): Promise<FileLock | undefined> {
  const holder = { id: randomBytes(8).toString('hex'), ...self }
  const note = await createNote(path, kind, holder).catch((error) => {
    throw cannotWrite(dirname(path), error)
  })
  if (!note) return undefined
  const timer = setInterval(() => void note.write(holder).catch(() => {}), beat).unref()
  let isReleased = false
  return {
    async release() {
      if (isReleased) return
      isReleased = true
      clearInterval(timer)
      note.remove()
      await note.close()
    },
  }
}

type Seen = Holder & { readonly changedAt: number }

async function readHolder(path: string): Promise<Seen | 'absent' | 'empty' | 'foreign'> {
  let file: FileHandle
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    return hasCode(error, 'ENOENT') ? 'absent' : 'foreign'
  }
  try {
    const stat = await file.stat()
    if (!stat.isFile() || stat.size > 4_096) return 'foreign'
    const changedAt = stat.mtimeMs
    if (stat.size === 0) {
      if (Date.now() - changedAt < emptyFor) return 'empty'
      return { kind, id: 'empty', machine: '', pid: 0, changedAt: 0 }
    }
    const holder: Holder = JSON.parse(await file.readFile('utf8'))
    return holder?.kind === kind && /^[0-9a-f]{16}$/.test(holder.id) ? { ...holder, changedAt } : 'foreign'
  } catch {
    return 'foreign'
  } finally {
    await file.close()
  }
}

async function isAlive(holder: Seen, self: ProcessIdentity): Promise<boolean> {
  const alive = await isProcessAlive(holder, self)
  return alive === 'unknown' ? Date.now() - holder.changedAt < deadAfter : alive
}

function inUse(subject: string, { pid, machine }: Holder, self: ProcessIdentity) {
  const where = machine === self.machine ? `process ${pid}` : 'a process on another machine or container'
  return badTarget(
    `Another run is working on ${subject}: ${where}.`,
    'Wait until it ends, or choose another name.',
  )
}

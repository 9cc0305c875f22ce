import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** A process, in a way that tells it from a later one with the same number. */
export interface ProcessIdentity {
  /** The machine, and the container on it, within which process numbers count. */
  readonly machine: string
  readonly pid: number
  /** Absent where the system does not tell it. */
  readonly startedAt?: string | undefined
}

/** @returns this process */
export async function identifyProcess(): Promise<ProcessIdentity> {
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ])
  const machine = [hostname(), boot.trim(), namespace].join(' ').trim()
  return { machine, pid: process.pid, startedAt: (await readProcess(process.pid))?.startedAt }
}

/**
 * @returns whether a process of this machine is alive; `unknown` for one of another machine, and where only its number
 * is known to be in use
 */
export async function isProcessAlive(
  { machine, pid, startedAt }: ProcessIdentity,
  self: ProcessIdentity,
): Promise<boolean | 'unknown'> {
  if (machine !== self.machine) return 'unknown'
  if (!isNumberInUse(pid)) return false
  const there = startedAt === undefined ? undefined : await readProcess(pid)
  if (!there) return 'unknown'
  return there.startedAt === startedAt && !there.isZombie
}

function isNumberInUse(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

// Linux only. The name in brackets may contain anything; what follows it are single words.
async function readProcess(pid: number): Promise<{ startedAt: string; isZombie: boolean } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  const words = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, startedAt] = [words[0], words[19]]
  return startedAt ? { startedAt, isZombie: state === 'Z' || state === 'X' } : undefined
}

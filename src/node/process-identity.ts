import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Identifies a process, even if a later one gets the same id. */
export interface ProcessIdentity {
  /** The machine and the container on it, within which process ids are unique. */
  readonly machine: string
  readonly pid: number
  /** Absent if the system does not provide it. */
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
 * @returns whether a process is alive; `unknown` for one on another machine, or if all that is known is that some process
 * has its id
 */
export async function isProcessAlive(
  { machine, pid, startedAt }: ProcessIdentity,
  self: ProcessIdentity,
): Promise<boolean | 'unknown'> {
  if (machine !== self.machine) return 'unknown'
  if (!isIdInUse(pid)) return false
  const there = startedAt === undefined ? undefined : await readProcess(pid)
  if (!there) return 'unknown'
  return there.startedAt === startedAt && !there.isZombie
}

function isIdInUse(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

// Linux only. The name in brackets may contain anything, even brackets; single words follow it.
async function readProcess(pid: number): Promise<{ startedAt: string; isZombie: boolean } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  const words = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, startedAt] = [words[0], words[19]]
  return startedAt ? { startedAt, isZombie: state === 'Z' || state === 'X' } : undefined
}

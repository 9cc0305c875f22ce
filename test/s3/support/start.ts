import { fork } from 'node:child_process'
import { once } from 'node:events'
import { token } from './vendor.ts'
import type { World } from './world.ts'

/** What a process is to download. */
export interface Errand {
  readonly baseUrl: string
  readonly token: string
  readonly id: string
  readonly to: string
}

/** Starts a process that downloads the export of a world. */
export function start({ vendor, to }: Pick<World, 'vendor' | 'to'>) {
  const errand: Errand = { baseUrl: vendor.origin, token, id: 'export', to }
  const file = new URL('child.ts', import.meta.url)
  const child = fork(file, [JSON.stringify(errand)], { execArgv: ['--import', 'tsx'] })
  return {
    /** Its exit code, or the signal that ended it. */
    finished: once(child, 'exit').then(([code, signal]) => signal ?? code),
    kill: () => void child.kill('SIGKILL'),
  }
}

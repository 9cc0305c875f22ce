import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Done, Errand } from './child.ts'

/** A process that downloads. */
export interface Downloading {
  readonly child: ChildProcess
  /** What it tells; undefined when it ended without a word. */
  readonly done: Promise<Done | undefined>
}

/**
 * Bundles the process that downloads into a folder, as a user's program is: what compiles TypeScript would be in its
 * memory and in the time that it takes to start.
 *
 * @returns what starts it
 */
export async function buildChild(folder: string): Promise<(errand: Errand) => Downloading> {
  const outfile = join(folder, 'child.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
  return (errand) => {
    const child = fork(outfile, [JSON.stringify(errand)], { execArgv: [] })
    let told: Done | undefined
    child.on('message', (message) => {
      told = message as Done
    })
    return { child, done: once(child, 'close').then(() => told) }
  }
}

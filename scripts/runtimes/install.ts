import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../package/run.ts'

const pins = ['package.json', 'package-lock.json']

/** Where the pinned runtimes are after {@link installRuntimes}. */
export interface Installed {
  /** Of a package, its folder. */
  package(name: string): string
}

/**
 * Installs the runtimes that `test/runtimes/package-lock.json` pins, unless they are there already. npm checks the
 * integrity of each against the lock; no script of theirs is run.
 */
export async function installRuntimes(source: string, folder: string): Promise<Installed> {
  if (`${process.platform}-${process.arch}` !== 'linux-x64')
    throw new Error('The runtimes are pinned for Linux on x64 only.')
  const read = (path: string) => readFile(path, 'utf8').catch(() => '')
  const lock = join(folder, 'package-lock.json')
  // npm writes this one last, so an install that broke off does not pass for one.
  const isThere = (await read(join(folder, 'node_modules/.package-lock.json'))) !== ''
  if (!isThere || (await read(lock)) !== (await read(join(source, 'package-lock.json')))) {
    await mkdir(folder, { recursive: true })
    for (const name of pins) await copyFile(join(source, name), join(folder, name))
    await run(folder, 'npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund')
  }
  return { package: (name) => join(folder, 'node_modules', name) }
}

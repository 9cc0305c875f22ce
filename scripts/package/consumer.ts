import { copyFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { entriesOf, type Manifest } from './manifest.ts'
import { run } from './run.ts'

const install = ['install', '--no-audit', '--no-fund', '--no-progress']
const programs = ['program', 'testing']

/** A project of a user, somewhere else, that has installed the package and nothing beside it. */
export async function createConsumer(root: string, tarball: string) {
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-consumer-'))
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  await cp(join(root, 'test/package'), folder, { recursive: true })
  await run(folder, 'npm', ...install, tarball)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The entries that work without the optional peer. */
export function plainEntries(manifest: Manifest): string[] {
  return entriesOf(manifest).flatMap(({ path, name }) => (path === './testing' ? [] : [name]))
}

export async function checkBin(folder: string, manifest: Manifest): Promise<string[]> {
  const [name] = Object.keys(manifest.bin)
  const printed = (await run(folder, 'npx', '--no-install', name as string, '--version')).trim()
  return printed === manifest.version ? [] : [`it printed ${printed}, not ${manifest.version}`]
}

/** Adds what the checks of the simulator and of the types need, in the versions of the project. */
export async function addTools(folder: string, manifest: Manifest): Promise<void> {
  const tools = ['typescript', 'msw', '@types/node'].map(
    (name) => `${name}@${manifest.devDependencies?.[name]}`,
  )
  await run(folder, 'npm', ...install, '--ignore-scripts', ...tools)
  for (const program of programs) {
    const source = join(folder, `${program}.mts`)
    for (const extension of ['cts', 'ts']) await copyFile(source, join(folder, `${program}.${extension}`))
  }
}

export function compile(folder: string, files: string[], ...options: string[]): Promise<string> {
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022']
  return run(folder, 'npx', '--no-install', 'tsc', ...strict, ...options, ...files)
}

const dom = 'es2022,dom,dom.iterable,dom.asynciterable'

/** What is there beside the language: of a browser or a worker, of Node, or of both, which msw's own types need. */
export const lib = {
  web: ['--lib', dom, '--typeRoots', 'none'],
  node: ['--lib', 'es2022', '--types', 'node'],
  both: ['--lib', dom, '--types', 'node'],
}

import { copyFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manifest } from './manifest.ts'
import { run } from './run.ts'

const install = ['install', '--no-audit', '--no-fund', '--no-progress']
const programs = ['program', 'testing', 'declarations', 'msw', 'bullmq']

/**
 * A project of a user, somewhere else, that has installed the package, and beside it only what is named: before it,
 * since npm refuses peers that do not fit what is there.
 */
export async function createConsumer(root: string, tarball: string, ...packages: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-consumer-'))
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  await cp(join(root, 'test/package'), folder, { recursive: true })
  for (const name of [...packages, tarball]) await run(folder, 'npm', ...install, '--ignore-scripts', name)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export async function checkBin(folder: string, manifest: Manifest): Promise<string[]> {
  const [name] = Object.keys(manifest.bin)
  const printed = (await run(folder, 'npx', '--no-install', name as string, '--version')).trim()
  return printed === manifest.version ? [] : [`it printed ${printed}, not ${manifest.version}`]
}

/** Adds packages in the versions of the project. */
export async function add(folder: string, manifest: Manifest, ...names: string[]): Promise<void> {
  const packages = names.map((name) => `${name}@${manifest.devDependencies?.[name]}`)
  await run(folder, 'npm', ...install, '--ignore-scripts', ...packages)
}

/** Each program as a module of either kind, and as what a bundler takes. */
export async function copyPrograms(folder: string): Promise<void> {
  for (const program of programs) {
    const source = join(folder, `${program}.mts`)
    for (const extension of ['cts', 'ts']) await copyFile(source, join(folder, `${program}.${extension}`))
  }
}

// Declarations are written, so that each type has to have a name that a user can import.
const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--target', 'es2022']
const emit = ['--declaration', '--emitDeclarationOnly', '--outDir', 'declarations']

export function compile(folder: string, files: string[], ...options: string[]): Promise<string> {
  return run(folder, 'npx', '--no-install', 'tsc', ...strict, ...emit, ...options, ...files)
}

const dom = 'es2022,dom,dom.iterable,dom.asynciterable'

/** What is there beside the language: of a browser or a worker, of Node, or of both, which msw's own types need. */
export const lib = {
  web: ['--lib', dom, '--typeRoots', 'none'],
  node: ['--lib', 'es2022', '--types', 'node'],
  both: ['--lib', dom, '--types', 'node'],
}

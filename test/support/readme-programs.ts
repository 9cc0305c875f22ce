import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** How the package's own name leads to its sources, so that no build needs to be up to date. */
export const sourcePaths = {
  'export-jobs': [join(root, 'src/index.ts')],
  'export-jobs/vendor': [join(root, 'src/vendor/index.ts')],
  'export-jobs/bullmq': [join(root, 'src/bullmq/index.ts')],
  'export-jobs/node': [join(root, 'src/node/index.ts')],
  'export-jobs/testing': [join(root, 'src/testing/index.ts')],
  'export-jobs/*': [join(root, 'src/vendors/*.ts')],
}

/** A folder that looks like a user's project, with the package and its development tools installed. */
export async function createProject() {
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  const modules = join(folder, 'node_modules')
  await mkdir(modules)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && name !== 'export-jobs')
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  symlinkSync(root, join(modules, 'export-jobs'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const tsconfig = join(folder, 'tsconfig.json')
  const paths = await compileSources(join(folder, 'compiled'))
  const compilerOptions = { target: 'ES2022', module: 'ESNext', moduleResolution: 'bundler', paths }
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions }))
  return { folder, tsconfig, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * Compiles the sources once, for a hundred programs: each of them would take a second to do it by itself.
 *
 * @returns how the package's own name leads to what was compiled
 */
async function compileSources(outdir: string): Promise<Record<string, string[]>> {
  const vendors = readdirSync(join(root, 'src/vendors')).filter((name) => name.endsWith('.ts'))
  const entries = [
    'index.ts',
    'vendor/index.ts',
    'bullmq/index.ts',
    'node/index.ts',
    'testing/index.ts',
    'vendor/index.ts',
    ...vendors.map((name) => `vendors/${name}`),
  ]
  await build({
    entryPoints: entries.map((name) => join(root, 'src', name)),
    outdir,
    outbase: join(root, 'src'),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    packages: 'external',
  })
  const compiled = (path: string) => join(outdir, relative(join(root, 'src'), path).replace(/ts$/, 'js'))
  return Object.fromEntries(Object.entries(sourcePaths).map(([name, paths]) => [name, paths.map(compiled)]))
}

export type Project = Awaited<ReturnType<typeof createProject>>

/** What a program left behind. */
export interface Finished {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A program under way. */
export interface Running {
  finished: Promise<Finished>
  /** Resolves with what was printed so far, to either stream, once it matches. */
  printed(pattern: RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
}

/** Runs Node on TypeScript, with nothing of this process' environment but what Node needs. */
export function run(
  args: readonly string[],
  { folder, tsconfig }: Pick<Project, 'folder' | 'tsconfig'>,
  environment: Record<string, string> = {},
): Running {
  const { PATH = '', SystemRoot = '' } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: folder,
    env: { PATH, SystemRoot, TSX_TSCONFIG_PATH: tsconfig, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      for (const look of watchers) look()
    })
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...output }))
  })
  const printed = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const text = output.stdout + output.stderr
        if (!pattern.test(text)) return
        watchers.delete(look)
        resolve(text)
      }
      watchers.add(look)
      look()
      finished.then(() => {
        look()
        reject(new Error(`ended without printing ${pattern}:\n${output.stdout}${output.stderr}`))
      }, reject)
    })
  return { finished, printed, kill: (signal) => void child.kill(signal) }
}

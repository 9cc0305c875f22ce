import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'

const plain: BuildOptions = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: ['export-jobs', 'export-jobs/*', 'node:*'],
  // Or the paths of tsconfig.json would lead to the sources.
  tsconfigRaw: {},
  logLevel: 'warning',
}

/**
 * Builds the tests into a folder that looks like a user's project: the package is in its `node_modules`, as built,
 * and each runtime finds it there by its own rules. Only for a worker it is bundled, as users do.
 */
export async function buildTests(root: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const installed = join(folder, 'node_modules/export-jobs')
  await mkdir(installed, { recursive: true })
  for (const name of ['package.json', 'dist'])
    await cp(join(root, name), join(installed, name), { recursive: true })
  const manifest = { type: 'module', dependencies: { 'export-jobs': '*' } }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  // Or Bun would take its paths from ours, which lead to the sources.
  await writeFile(join(folder, 'tsconfig.json'), '{}')
  const source = (name: string) => join(root, 'test/runtimes', name)
  const programs = ['asleep', 'awake', 'aborted', 'simulator'].map((name) => source(`programs/${name}.ts`))
  await build({
    ...plain,
    entryPoints: [source('process.ts'), source('worker.ts'), ...programs],
    outdir: folder,
    entryNames: '[name]',
  })
  await build({
    ...plain,
    entryPoints: [source('programs/required.cts')],
    format: 'cjs',
    outfile: join(folder, 'required.cjs'),
  })
  const worker = join(folder, 'worker.js')
  await build({
    ...plain,
    entryPoints: [worker],
    outfile: join(folder, 'bundled/worker.js'),
    external: ['export-jobs/node', 'node:*'],
  })
}

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** Bundles a program of this folder, so that a process starts in a moment and finds the packages of this folder. */
export async function bundle(source: string): Promise<string> {
  const outfile = join(folder, 'node_modules/.cache', source.replace(/\.ts$/, '.mjs'))
  await build({
    entryPoints: [join(folder, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['bullmq'],
    tsconfig: join(folder, 'tsconfig.json'),
    logLevel: 'error',
  })
  return outfile
}

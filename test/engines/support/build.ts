import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const folder = fileURLToPath(new URL('..', import.meta.url))

/**
 * Bundles a program of this folder, so that a process starts in a moment and finds the packages of this folder, the
 * BullMQ among them that the environment names.
 */
export async function bundle(source: string): Promise<string> {
  const { BULLMQ = 'bullmq' } = process.env
  const outfile = join(folder, 'node_modules/.cache', BULLMQ, source.replace(/\.ts$/, '.mjs'))
  await build({
    entryPoints: [join(folder, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias: { bullmq: BULLMQ },
    external: [BULLMQ],
    tsconfig: join(folder, 'tsconfig.json'),
    logLevel: 'error',
  })
  return outfile
}

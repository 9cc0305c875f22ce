// Runs all parts, or those that are named: `npm run bench -- get memory`.
import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'
import { writeTables } from './report.ts'

const parts = ['schedule', 'cost', 'validate', 'get', 'start', 'memory', 'burst', 'sleeping', 'abort']
const children = ['server', 'cost-child', 'memory-child', 'burst-child', 'sleeping-child', 'abort-server']

const asked = process.argv.slice(2)
const unknown = asked.filter((part) => !parts.includes(part))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. There are: ${parts.join(', ')}.`)
  process.exit(2)
}

// Plain JavaScript is what runs in the end: a loader that transpiles would weigh on what is measured.
await build({
  entryPoints: [...parts, ...children].map((name) => `bench/${name}.ts`),
  outdir: 'bench/node_modules/.cache',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  outExtension: { '.js': '.mjs' },
})

for (const part of asked.length > 0 ? asked : parts) {
  console.log(`\n${part}`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', `bench/node_modules/.cache/${part}.mjs`], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(1)
}
writeTables()

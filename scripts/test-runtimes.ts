import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Result } from '../test/runtimes/harness.ts'
import { buildTests } from './runtimes/build.ts'
import { installRuntimes } from './runtimes/install.ts'
import { report } from './runtimes/report.ts'
import { runProcess, runWorker } from './runtimes/run.ts'

// npm run test:runtimes [-- node-22 bun …]: all of them, or those whose names begin so.
const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules/.cache/runtimes')
if (!existsSync(join(root, 'dist/core.js'))) throw new Error('dist/ is not built: npm run build')
const installed = await installRuntimes(join(root, 'test/runtimes'), cache)
const folder = join(cache, 'build')
await buildTests(root, folder)

const bun = [join(installed.package('@oven/bun-linux-x64'), 'bin/bun'), 'run']
const deno = [join(installed.package('@deno/linux-x64-glibc'), 'deno'), 'run', '--allow-all', '--quiet']
const node = (major: number) => [join(installed.package(`node-${major}`), 'bin/node')]
const workerd = join(installed.package('@cloudflare/workerd-linux-64'), 'bin/workerd')

// Those that take longest come first.
const runtimes: Record<string, () => Promise<Result[]>> = {
  deno: () => runProcess(deno, folder),
  workerd: () => runWorker(workerd, join(folder, 'bundled')),
  ...Object.fromEntries(
    [20, 22, 24, 26].map((major) => [`node-${major}`, () => runProcess(node(major), folder)]),
  ),
  bun: () => runProcess(bun, folder),
}

const names = process.argv.slice(2)
const waiting = Object.entries(runtimes).filter(
  ([name]) => names.length === 0 || names.some((each) => name.startsWith(each)),
)
const total = { passed: 0, failed: 0 }

async function runNext(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [runtime, run] = next
    const began = performance.now()
    const results = await run().catch((error): Result[] => [
      { name: 'it runs', ok: false, error: `${error.stack}` },
    ])
    const { passed, failed } = report({ runtime, results, seconds: (performance.now() - began) / 1_000 })
    total.passed += passed
    total.failed += failed
  }
}

// Three at a time: they mostly wait for what never comes.
await Promise.all([runNext(), runNext(), runNext()])
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

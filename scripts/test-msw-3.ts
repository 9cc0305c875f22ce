import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installRuntimes } from './runtimes/install.ts'

// npm run test:msw3 [-- options of vitest]: the simulator on msw 3, which needs a newer Node than the package does.
const root = fileURLToPath(new URL('..', import.meta.url))
const installed = await installRuntimes(
  join(root, 'test/runtimes'),
  join(root, 'node_modules/.cache/runtimes'),
)
const node = join(installed.package('node-24'), 'bin/node')
const vitest = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config',
  'test/testing/msw-3.config.ts',
  '--root',
  '.',
]
const { status } = spawnSync(node, [...vitest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1

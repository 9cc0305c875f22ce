import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installRuntimes } from './runtimes/install.ts'

// tsx scripts/on-node-24.ts <program> [arguments]: for tests of packages that need a newer Node than this one does.
const root = fileURLToPath(new URL('..', import.meta.url))
const installed = await installRuntimes(
  join(root, 'test/runtimes'),
  join(root, 'node_modules/.cache/runtimes'),
)
const node = join(installed.package('node-24'), 'bin/node')
const { status } = spawnSync(node, process.argv.slice(2), { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1

import { join } from 'node:path'
import type { Result } from '../../test/runtimes/harness.ts'
import type { startServers } from '../../test/runtimes/servers/index.ts'
import { execute } from './launch.ts'

type Servers = Awaited<ReturnType<typeof startServers>>

interface Program {
  readonly name: string
  readonly file: string
  /** What it prints. */
  readonly expected: RegExp
  readonly args?: readonly string[]
}

// What is seen of a process from outside only: above all, that it ends.
const programs: readonly Program[] = [
  {
    name: '`keepAlive: false`: a wait that sleeps lets the process exit',
    file: 'asleep.js',
    expected: /^seen\n$/,
  },
  { name: 'a wait that sleeps holds the process open', file: 'awake.js', expected: /^seen\ncompleted\n$/ },
  {
    name: 'after an abort nothing holds the process open',
    file: 'aborted.js',
    expected: /^(?:enough,){4}enough\n$/,
  },
  { name: 'require', file: 'required.cjs', expected: /^true wait-unreachable network\n$/ },
  { name: 'export-jobs/testing: the simulator', file: 'simulator.js', expected: /^completed true\n$/ },
  {
    name: 'the command line',
    file: 'node_modules/export-jobs/dist/cli/main.js',
    args: ['get', 'tyk', 'done', '--json'],
    expected: /"status":"completed"/,
  },
]

/** Runs the programs, and says whether each printed what it should and ended by itself. */
export async function runPrograms(
  command: readonly string[],
  folder: string,
  { control, settings, simulator }: Servers,
): Promise<Result[]> {
  simulator.tyk.add({ id: 'done', pending: 0, running: 0 })
  const { baseUrl, token } = settings.vendors.tyk
  const environment = { TYK_BASE_URL: baseUrl, TYK_TOKEN: token }
  const results: Result[] = []
  for (const { name, file, args = [control], expected } of programs) {
    const line = [...command, join(folder, file), ...args]
    const { code, stdout, stderr } = await execute(line, folder, environment, 10_000)
    const ok = code === 0 && expected.test(stdout)
    results.push(ok ? { name, ok } : { name, ok, error: `ended with ${code}\n${stdout}${stderr}`.trim() })
  }
  return results
}

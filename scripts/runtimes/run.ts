import { join } from 'node:path'
import { lastCase, type Result } from '../../test/runtimes/harness.ts'
import { startServers } from '../../test/runtimes/servers/index.ts'
import { execute, startWorker } from './launch.ts'
import { runPrograms } from './programs.ts'

/** The suite in a process, and the programs beside it. */
export async function runProcess(command: readonly string[], folder: string): Promise<Result[]> {
  const servers = await startServers()
  try {
    const line = [...command, join(folder, 'process.js'), servers.control]
    const { code, stdout, stderr } = await execute(line, folder)
    const ended = { name: 'the process ends by itself', ok: code === 0 }
    const last = ended.ok ? ended : { ...ended, error: `ended with ${code}\n${stderr}` }
    return [...readResults(stdout), last, ...(await runPrograms(command, folder, servers))]
  } finally {
    await servers.close()
  }
}

function readResults(lines: string): Result[] {
  const results = lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Result => JSON.parse(line))
  if (results.at(-1)?.name === lastCase) return results
  return [...results, { name: 'the suite comes to its end', ok: false, error: lines.slice(-500) }]
}

/** The suite in a worker, and what many requests to one worker do to each other. */
export async function runWorker(program: string, folder: string): Promise<Result[]> {
  const servers = await startServers()
  const worker = await startWorker(program, folder)
  const ask = async (path: string, given: Readonly<Record<string, string>> = {}) => {
    const query = new URLSearchParams({ control: servers.control, ...given })
    const signal = AbortSignal.timeout(path === 'suite' ? 120_000 : 10_000)
    return (await fetch(`${worker.origin}/${path}?${query}`, { signal })).text()
  }
  const add = () => servers.simulator.tyk.add()
  const times = (count: number, run: () => Promise<string>) => Promise.all(Array.from({ length: count }, run))
  // Enough of them to use up whatever the waits of a process share.
  const vanish = async (client: string) => {
    for (let count = 0; count < 12; count++) await ask('vanish', { client, ref: add() })
    return [await ask('wait', { client, ref: add() })]
  }
  const together: Record<string, () => Promise<unknown[]>> = {
    'requests that wait for one export at once': () => {
      const ref = add()
      return times(5, () => ask('wait', { client: 'common', ref }))
    },
    'requests that queue at one client': () => times(10, () => ask('wait', { client: 'common', ref: add() })),
    'requests that end, each with a client of its own, leave the others alone': () => vanish('own'),
    'requests that end leave the others at the same client alone': () => vanish('common'),
  }
  try {
    const results = readResults(await ask('suite'))
    for (const [name, run] of Object.entries(together)) {
      const answers = await run().catch((error) => [`${error} ${error.cause ?? ''}`])
      const wrong = answers.find((answer) => answer !== 'completed')
      results.push(
        wrong === undefined
          ? { name, ok: true }
          : { name, ok: false, error: `${wrong}\n${worker.printed().slice(-2_000)}` },
      )
    }
    return results
  } finally {
    worker.stop()
    await servers.close()
  }
}

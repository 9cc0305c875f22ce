import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const longestRun = 120_000

/** What a program left behind. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, and ends it when it does not. */
export async function execute(
  command: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
  timeout = longestRun,
): Promise<Finished> {
  const [program = '', ...args] = command
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env
  // Deno would otherwise keep a cache in the user's home, and ask for updates.
  const env = {
    PATH,
    HOME,
    TMPDIR,
    NO_COLOR: '1',
    DENO_DIR: join(cwd, 'deno'),
    DENO_NO_UPDATE_CHECK: '1',
    ...environment,
  }
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout)
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  const [code] = await once(child, 'close')
  clearTimeout(timer)
  return { code, ...output }
}

/** Starts a worker in workerd; no flag gives it anything of Node. */
export async function startWorker(program: string, folder: string) {
  const config = join(folder, 'worker.capnp')
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "tests", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-11-01",
    )),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "tests")],
);
`,
  )
  const child: ChildProcess = spawn(program, ['serve', '--control-fd=3', config], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  const control = createInterface({ input: child.stdio[3] as Readable })
  const started = once(control, 'line') as Promise<[string]>
  const failed = once(child, 'exit').then(() => {
    throw new Error(`workerd has ended:\n${printed}`)
  })
  failed.catch(() => {})
  const [line] = await Promise.race([started, failed])
  return {
    origin: `http://127.0.0.1:${JSON.parse(line).port}`,
    printed: () => printed,
    stop: () => child.kill(),
  }
}

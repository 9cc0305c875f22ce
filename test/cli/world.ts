import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { getResponse, type RequestHandler } from 'msw'
import { onTestFinished } from 'vitest'
import { run } from '../../src/cli/program.ts'
import type { Shell } from '../../src/cli/shell.ts'
import { createVendorSimulator, createVirtualClock } from '../../src/testing/index.ts'
import { serve } from '../../src/testing/transports.ts'
import { fakeOutput } from './fake-output.ts'

/** What a run of the bin left behind. */
export interface Run {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  /** Modules for `node --import`, before the bin. */
  imports?: string[]
  /** Called when the first output has come. */
  onStart?: (kill: (signal: NodeJS.Signals) => void) => void
  /** Closes the reading end of stdout at once. */
  breakStdout?: boolean
  /** A file descriptor to write results to, instead of what is returned. */
  stdout?: number
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** Runs the bin with an environment of its own. */
export function runCli(args: string[], options: RunOptions = {}): Promise<Run> {
  const { env = {}, imports = [], onStart, breakStdout = false, stdout = 'pipe' } = options
  const flags = ['tsx', ...imports].flatMap((each) => ['--import', each])
  const child = spawn(process.execPath, [...flags, main, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', stdout, 'pipe'],
  })
  const left: Run = { code: null, stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    left.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    left.stderr += text
  })
  if (breakStdout) child.stdout?.destroy()
  onStart?.((signal) => child.kill(signal))
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ ...left, code }))
  })
}

/** What a command line in this process is run in. */
export interface Surroundings {
  signal?: AbortSignal
  /** Where both streams go; without it, they are pipes. */
  terminal?: { columns: number; rows: number }
  /** Of the two, stdout is one nevertheless. */
  isPiped?: boolean
  /** What every write to stdout fails with. */
  failure?: Error
  proxy?: Shell['proxy']
  /** What stdin holds. */
  input?: string
}

/** Runs a command line in this process, which is quicker. */
export async function runHere(
  args: string[],
  env: Record<string, string> = {},
  { signal = new AbortController().signal, terminal, isPiped, failure, proxy, input = '' }: Surroundings = {},
): Promise<Run> {
  const [out, err] = [fakeOutput(isPiped ? undefined : terminal, failure), fakeOutput(terminal)]
  const readInput = async () => input
  const code = await run(args, { environment: env, signal, out, err, readInput, ...(proxy && { proxy }) })
  return { code, stdout: out.text(), stderr: err.text() }
}

/**
 * The four vendors behind a real port, on a clock that stands still until it is moved, and the environment
 * that leads the bin there.
 *
 * @param front - asked before the vendors
 */
export async function startWorld(...front: RequestHandler[]) {
  const clock = createVirtualClock()
  const simulator = createVendorSimulator({ clock, pending: 0, running: 0 })
  const handlers = [...front, ...simulator.handlers]
  const server = await serve((request) => getResponse(handlers, request))
  onTestFinished(() => server.close())
  const { tyk, anaconda, loyaltydog, didomi } = simulator
  const env: Record<string, string> = {
    TYK_BASE_URL: tyk.baseUrl(server.origin),
    TYK_TOKEN: tyk.token,
    ANACONDA_BASE_URL: anaconda.baseUrl(server.origin),
    ANACONDA_CLIENT_ID: anaconda.credentials.clientId,
    ANACONDA_CLIENT_SECRET: anaconda.credentials.clientSecret,
    LOYALTYDOG_BASE_URL: loyaltydog.baseUrl(server.origin),
    LOYALTYDOG_TOKEN: loyaltydog.token,
    DIDOMI_BASE_URL: didomi.baseUrl(server.origin),
    DIDOMI_KEY: didomi.credentials.key,
    DIDOMI_SECRET: didomi.credentials.secret,
    DIDOMI_ORGANIZATION_ID: 'organization-1',
  }
  return {
    clock,
    simulator,
    server,
    env,
    run: (args: string[], more: Record<string, string> = {}, surroundings: Surroundings = {}) =>
      runHere(args, { ...env, ...more }, surroundings),
    /** Runs the bin in a process of its own. */
    spawn: (args: string[], options: RunOptions = {}) =>
      runCli(args, { ...options, env: { ...env, ...options.env } }),
    /** Resolves when the vendors have received so many requests more. */
    async requests(count: number) {
      const enough = simulator.requests.length + count
      while (simulator.requests.length < enough) await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}

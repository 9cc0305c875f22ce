import http from 'node:http'
import { isExportJobsError } from '../index.ts'
import type { Environment } from './environment.ts'
import { usageError } from './usage.ts'

/** The parts of `process` that matter for proxies. */
export interface NodeProcess extends Pick<NodeJS.Process, 'argv' | 'execArgv' | 'execPath' | 'version'> {
  readonly env: Environment
  readonly platform: string
  /** Replaces this process with another program. Node 22.15 or later, not on Windows. */
  execve?(file: string, args: readonly string[], env: Environment): never
}

// Node 24.14 or later. The types of Node 20 lack it.
type SetGlobalProxy = () => unknown
const { setGlobalProxyFromEnv } = http as unknown as { setGlobalProxyFromEnv?: SetGlobalProxy }

const names = ['HTTPS_PROXY', 'HTTP_PROXY'].flatMap((name) => [name.toLowerCase(), name])

/** Support for the proxy that the environment names. */
export interface ProxySupport {
  /**
   * Makes `fetch` use the proxy if this Node can. To be called before the first request and before any output.
   *
   * @throws ConfigurationError `invalid-option` for a variable that is not the URL of a proxy.
   */
  use(): void
  /** A hint for the first network error if a proxy is set that this Node cannot use; else undefined. */
  hint(error: unknown): string | undefined
}

/**
 * Reads `HTTPS_PROXY` and `HTTP_PROXY`; Node itself reads `NO_PROXY`.
 *
 * @param setGlobalProxy - Node's function for it; null if this Node has none
 */
export function createProxy(
  node: NodeProcess,
  setGlobalProxy: SetGlobalProxy | null = setGlobalProxyFromEnv ?? null,
): ProxySupport {
  const variables = names.filter((name) => node.env[name])
  const [variable] = variables
  let unused: string | undefined
  return {
    use() {
      for (const name of variables) checkProxy(name, node.env[name])
      // Node read this variable when it started: `1` means that it uses the proxy, anything else that it must not.
      if (variable === undefined || node.env.NODE_USE_ENV_PROXY !== undefined) return
      if (setGlobalProxy) setGlobalProxy()
      else if (readsVariableAtStart(node)) startAgain(node)
      else unused = variable
    },
    hint(error) {
      if (unused === undefined || !isNetworkError(error)) return undefined
      const hint = `Hint: ${unused} is set, but Node ${node.version.replace(/^v/, '')} cannot use it. Node 24.14 or later can.`
      unused = undefined
      return hint
    },
  }
}

function readsVariableAtStart({ version, platform, execve }: NodeProcess): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return (major >= 24 || (major === 22 && minor >= 21)) && execve !== undefined && platform !== 'win32'
}

function startAgain(node: NodeProcess): void {
  const args = ['--disable-warning=UNDICI-EHPA', ...node.execArgv, ...node.argv.slice(1)]
  node.execve?.(node.execPath, [node.execPath, ...args], { ...node.env, NODE_USE_ENV_PROXY: '1' })
}

function checkProxy(name: string, value: string | undefined): void {
  const url = URL.canParse(value ?? '') ? new URL(value ?? '') : undefined
  if (url && /^https?:$/.test(url.protocol)) return
  // The value is not repeated, as it may hold a password.
  const advice = 'Set it to a URL such as http://proxy.example.com:8080.'
  throw usageError(`${name} does not hold the URL of a proxy.`, advice)
}

function isNetworkError(error: unknown): boolean {
  if (!isExportJobsError(error)) return false
  if (error.name === 'WaitError') return isNetworkError(error.cause)
  return error.name === 'TransportError' && (error.code === 'network' || error.code === 'timeout')
}

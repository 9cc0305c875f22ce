import { describe, expect, test, vi } from 'vitest'
import { createProxy, type NodeProcess } from '../../src/cli/proxy.ts'
import { ApiError, startWait, TransportError, WaitError } from '../../src/index.ts'
import { runCli } from './world.ts'

const env = { PATH: '/bin', https_proxy: 'http://user:secret@proxy.example:8080' }
const network = new TransportError('network', '')

function play(version: string, given: Partial<NodeProcess> & { hasApi?: boolean } = {}) {
  const execve = vi.fn()
  const setGlobalProxy = vi.fn()
  const node = {
    version,
    env,
    argv: ['node', 'main.js', 'get'],
    execArgv: ['--x'],
    execPath: '/node',
    platform: 'linux',
  }
  const { hasApi = false, ...rest } = given
  const proxy = createProxy(
    { ...node, execve: execve as unknown as NonNullable<NodeProcess['execve']>, ...rest },
    hasApi ? setGlobalProxy : null,
  )
  proxy.use()
  return { execve, setGlobalProxy, hint: proxy.hint(network) }
}

describe('a proxy that the environment names', () => {
  test('is used through the API of Node, where there is one', () => {
    const { execve, setGlobalProxy, hint } = play('v24.14.0', { hasApi: true })
    expect([setGlobalProxy.mock.calls.length, execve.mock.calls.length, hint]).toEqual([1, 0, undefined])
  })

  test.each(['v22.21.0', 'v22.30.1', 'v24.0.0', 'v24.13.0', 'v25.1.0'])(
    'is used by %s, which has to start with it',
    (version) => {
      const { execve, hint } = play(version)
      expect(execve.mock.calls).toEqual([
        [
          '/node',
          ['/node', '--disable-warning=UNDICI-EHPA', '--x', 'main.js', 'get'],
          { ...env, NODE_USE_ENV_PROXY: '1' },
        ],
      ])
      expect(hint).toBeUndefined()
    },
  )

  test.each([
    ['v20.20.2', {}],
    ['v22.20.0', {}],
    ['v23.11.0', {}],
    ['v22.21.0', { platform: 'win32' }],
    ['v24.0.0', { execve: undefined }],
  ] as const)('cannot be used by %s %j: the first network error says so', (version, given) => {
    const { execve, hint } = play(version, given as Partial<NodeProcess>)
    expect(execve).not.toHaveBeenCalled()
    expect(hint).toBe(
      `Hint: https_proxy is set, but Node ${version.slice(1)} cannot use it. Node 24.14 or later can.`,
    )
  })

  test.each([
    ['there is none', { PATH: '/bin', HTTPS_PROXY: '' }],
    ['Node uses it already', { ...env, NODE_USE_ENV_PROXY: '1' }],
    ['it is not wanted', { ...env, NODE_USE_ENV_PROXY: '0' }],
  ])('is left to Node: %s', (_, given) => {
    for (const version of ['v20.20.2', 'v22.21.0']) {
      const { execve, hint } = play(version, { env: given })
      expect([execve.mock.calls.length, hint]).toEqual([0, undefined])
    }
  })

  test.each(['proxy.example:8080', '127.0.0.1:8080', 'socks5://proxy.example', 'http://'])(
    'is refused when it is no URL, without its text: %s',
    (value) => {
      expect(() => play('v24.14.0', { env: { HTTP_PROXY: value } })).toThrow(
        'HTTP_PROXY does not hold the URL of a proxy. Set it to a URL such as http://proxy.example.com:8080.',
      )
    },
  )
})

test('the hint comes once, and for network errors only', () => {
  const proxy = createProxy({ ...process, env, version: 'v20.20.2' }, null)
  const cause = new TransportError('timeout', '')
  const waited = (error: TransportError | ApiError) =>
    new WaitError('unreachable', '', { vendor: 'tyk', state: startWait('x'), cause: error })
  expect(proxy.hint(network)).toBeUndefined()
  proxy.use()
  const refused = new ApiError('', { vendor: 'tyk', httpStatus: 503 })
  for (const error of [new Error('x'), refused, waited(refused), new TransportError('tls', '')])
    expect(proxy.hint(error)).toBeUndefined()
  expect(proxy.hint(waited(cause))).toMatch(/^Hint/)
  expect(proxy.hint(network)).toBeUndefined()
})

test('a wrong proxy is exit code 2 of a command that asks a vendor, and no matter to the others', async () => {
  const wrong = { TYK_BASE_URL: 'http://127.0.0.1:9', TYK_TOKEN: 'a-token', HTTPS_PROXY: 'user:hunter2' }
  const { code, stdout, stderr } = await runCli(['get', 'tyk', 'x'], { env: wrong })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^export-jobs: HTTPS_PROXY does not hold/)
  expect(stderr).not.toContain('hunter2')
  expect((await runCli(['--version'], { env: wrong })).code).toBe(0)
})

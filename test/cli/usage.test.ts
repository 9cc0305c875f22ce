import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { refuseSecrets } from '../../src/cli/secrets.ts'
import { runCli, runHere } from './world.ts'

const env = { TYK_BASE_URL: 'http://127.0.0.1:9', TYK_TOKEN: 'a-token-of-tyk' }

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test('--help tells of examples, environment and exit codes', async () => {
  const { code, stdout, stderr } = await runHere(['--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const word of [
    'get',
    'wait',
    'watch',
    'start',
    'download',
    '--overwrite',
    'FILE.start.json',
    'demo',
    'Examples',
    'DIDOMI_SECRET',
    'Exit codes',
    '124',
  ])
    expect(stdout).toContain(word)
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(112)
})

test.each([
  [[]],
  [['fetch']],
  [['get']],
  [['get', 'tyk']],
  [['get', 'foo', 'x']],
  [['get', 'tyk', 'x', 'y']],
  [['get', 'tyk', '..']],
  [['get', 'tyk', 'x', '--timeout', '5']],
  [['wait', 'tyk', 'x', '--min-delay', '2s', '--max-delay', '1s']],
  [['get', 'tyk', 'x', '--base-url', 'http://tyk.example']],
  [['watch', 'tyk', 'x', 'didomi']],
  [['watch', 'tyk', 'x', 'anaconda', 'y', '--base-url', 'http://127.0.0.1:9']],
])('a wrong command is exit code 2, without a stack: %j', async (args) => {
  const { code, stdout, stderr } = await runHere(args, env)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/export-jobs/)
  expect(stderr).not.toMatch(/\n\s+at /)
})

test.each([
  [['--token', 'hunter2-secret']],
  [['--token=hunter2-secret']],
  [['--tyk-token=hunter2-secret']],
  [['--tokn=hunter2-secret']],
])('a credential on the command line is refused and not repeated: %j', async (flags) => {
  const { code, stderr } = await runHere(['get', 'tyk', 'x', ...flags], env)
  expect(code).toBe(2)
  expect(stderr).not.toContain('hunter2')
})

test('it is told where credentials belong', () => {
  for (const flag of [
    '--token',
    '--api-key=1',
    '--client-secret',
    '--password',
    '--merchant-token=x',
    '--key',
  ])
    expect(() => refuseSecrets([flag]), flag).toThrow(/TYK_TOKEN.*_TOKEN_FILE/)
  expect(() => refuseSecrets(['--search', 'token', '--source-id', '7', '--', '--token'])).not.toThrow()
})

test('an unknown option is refused by the bin itself, too', async () => {
  const { code, stdout, stderr } = await runCli(['get', 'tyk', 'x', '--tokn=hunter2-secret'], { env })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toBe("export-jobs: unknown option '--tokn'\nTry: export-jobs --help\n")
})

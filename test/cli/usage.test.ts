import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { nearestWord, refuseSecrets } from '../../src/cli/usage.ts'
import { vendorNames } from '../../src/cli/vendors.ts'
import { runCli, runHere } from './world.ts'

const env = { TYK_BASE_URL: 'http://127.0.0.1:9', TYK_TOKEN: 'a-token-of-tyk' }

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
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

const tyk = ['get', 'tyk', 'x']

test.each([
  [[...tyk, '--token', 'hunter2-secret']],
  [[...tyk, '--token=hunter2-secret']],
  [[...tyk, '--tokenhunter2-secret']],
  [[...tyk, '--tyk-token=hunter2-secret']],
  [[...tyk, '--tokn=hunter2-secret']],
  [[...tyk, '--tokn', 'hunter2-secret']],
  [[...tyk, '--tokn:hunter2-secret']],
  [[...tyk, '--toknhunter2-secret']],
  [[...tyk, '-thunter2-secret']],
  [[...tyk, '-t=hunter2-secret']],
  [[...tyk, '-t', 'hunter2-secret']],
  [[...tyk, '-hhunter2-secret']],
  [[...tyk, '--a.b=hunter2-secret']],
  [[...tyk, "--a'b'=hunter2-secret"]],
  [[...tyk, '--a\n=hunter2-secret']],
  [[...tyk, '--hunter2-secret=']],
  [[...tyk, '--timeout', '-thunter2-secret']],
  [[...tyk, '--timeout=hunter2-secret']],
  [['--tokn=hunter2-secret', ...tyk]],
  [['--tokn', 'hunter2-secret', ...tyk]],
  [['-thunter2-secret', ...tyk]],
  [['get', '--', '--tokn=hunter2-secret', 'x']],
  [['--', '--tokn=hunter2-secret']],
  [['start', '--tokn=hunter2-secret', 'tyk']],
  [['start', '--', '-thunter2-secret']],
  [['start', 'tyk', '--source-type', '-thunter2-secret']],
  [['start', 'tyk', '--source-id', '-thunter2-secret']],
])('a credential on the command line is refused and not repeated: %j', async (words) => {
  const { code, stdout, stderr } = await runHere(words, env)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^export-jobs: /)
  expect(stderr).not.toContain('hunter')
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
  expect(() => refuseSecrets(['--tokenabc'])).toThrow('No option takes credentials (token): ')
  expect(() => refuseSecrets(['--search', 'token', '--source-id', '7', '--', '--token'])).not.toThrow()
})

test.each([
  [[...tyk, '--tokn=x'], "unknown option '--tokn'"],
  [[...tyk, '-t'], "unknown option '-t'"],
  [[...tyk, '-tx=y'], "unknown option '-t'"],
  [[...tyk, '--timeot', '5s'], "unknown option '--timeot' (Did you mean --timeout?)"],
  [[...tyk, '--X1'], 'unknown option'],
  [['gte'], "unknown command 'gte' (Did you mean get?)"],
  [
    [...tyk, '--timeout', '5'],
    "option '--timeout <duration>': invalid value. Give a number with ms, s, m, h or d, such as 30s.",
  ],
  [
    [...tyk, '--timeout', '2000000d'],
    "option '--timeout <duration>': invalid value. Give a number with ms, s, m, h or d, such as 30s.",
  ],
  [
    ['get', 'foo', 'x'],
    '<vendor>: unknown value. The vendors are tyk, anaconda, loyaltydog, didomi; --vendor takes one of your own.',
  ],
  [['wait', 'tky', 'x'], '<vendor>: unknown value. Did you mean tyk?'],
  [['watch', 'Anacnda', 'x'], '<vendor>: unknown value. Did you mean anaconda?'],
  [['wait', 'tyk'], 'No export of tyk is named after "tyk".'],
  [['get', 'tyk'], "missing required argument 'ref'"],
])('what is wrong is named: %j', async (words, text) => {
  const { stderr } = await runHere(words, env)
  const command = words[0] === 'gte' ? 'export-jobs' : `export-jobs ${words[0]}`
  expect(stderr).toBe(`export-jobs: ${text}\nTry: ${command} --help\n`)
})

test('a vendor of start that is misspelled is named, too', async () => {
  const { code, stderr } = await runHere(['start', 'loyalty-dog', '--format', 'csv'], env)
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'export-jobs: <vendor>: unknown value. Did you mean loyaltydog?\nTry: export-jobs start --help\n',
  })
})

test.each([
  ['tyk', 'tyk'],
  ['tky', 'tyk'],
  ['yk', 'tyk'],
  ['DIDOMI', 'didomi'],
  ['didmoi', 'didomi'],
  ['loyalty', undefined],
  ['abc', undefined],
  ['', undefined],
])('the vendor that was meant by %j is %s', (word, vendor) => {
  expect(nearestWord(word, vendorNames)).toBe(vendor)
})

test('an unknown option is refused by the bin itself, too', async () => {
  const { code, stdout, stderr } = await runCli(['get', 'tyk', 'x', '--tokn=hunter2-secret'], { env })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toBe("export-jobs: unknown option '--tokn'\nTry: export-jobs get --help\n")
})

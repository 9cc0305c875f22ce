import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createVendorSimulator, type JobScript, type VendorSimulator } from '../src/testing/index.ts'
import { createProject, type Finished, type Project, root, run } from './support/readme-programs.ts'
import { readCommands, readSamples, type Sample } from './support/readme-samples.ts'
import { typeErrors } from './support/readme-types.ts'

// Each sample is a process of its own, and a busy machine may take its time over it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const samples = readSamples(readme)
const programs = samples.filter(({ language }) => language === 'ts')

let project: Project
beforeAll(async () => {
  project = await createProject()
})
afterAll(() => project.remove())

/** What happens when a sample is run: with what export, and what it prints. */
interface Case {
  /** What `EXPORT_ID` names. Default: an export that is done. */
  export?: JobScript
  environment?: Record<string, string>
  prepare?: (simulator: VendorSimulator) => void
  stdout: RegExp
  stderr?: RegExp
}

const done = /^completed\n$/
const instant = '[\\dT:.-]+Z'

const cases: Record<string, Case[]> = {
  Example: [{ stdout: /^\[\{"id":1,.*\}\]$/ }],
  Anaconda: [{ stdout: /^3 records\n$/ }],
  LoyaltyDog: [{ stdout: new RegExp(`^csv until ${instant}\n$`) }],
  Didomi: [{ prepare: ({ didomi }) => didomi.add({ id: 'r1' }), stdout: /^r1 completed\n$/ }],
  'The raw client': [{ stdout: /^1\n$/ }, { environment: { EXPORT_ID: 'nobody' }, stdout: /^404\n$/ }],
  Waiting: [
    { stdout: done },
    { export: { outcome: 'failed', error: 'disk full' }, stdout: /^failed: disk full\n$/ },
    {
      prepare: ({ tyk }) => tyk.fail({ status: 503 }),
      stdout: new RegExp(`^server-error, next poll at ${instant}\ncompleted\n$`),
    },
  ],
  'Waiting 2': [{ stdout: /^exp-1 3\n$/, stderr: /^finished\n$/ }],
  'Resuming after a restart': [
    { stdout: /^completed\nfinished\n$/ },
    { export: { running: '1h' }, stdout: /^running\nnot finished\n$/ },
  ],
  Downloads: [{ stdout: /^logs\.json 136\n$/, stderr: /^136 of 136 bytes\n$/ }],
  'Downloads 2': [{ stdout: /^1\n2\n3\n$/ }],
  'Downloads 3': [{ stdout: /^\[\{"id":1,/, stderr: /^from byte 0 of 136\n$/ }],
  Errors: [
    { stdout: /^completed: exp-1\n$/ },
    { export: { outcome: 'failed', error: 'disk full' }, stdout: /^failed: disk full\n$/ },
    {
      export: { running: '9h', retryAfter: '7200' },
      stdout:
        /^stopped waiting: timeout; resume with: \{"kind":"export-jobs\/wait","version":1,"ref":"exp-1",.*\}\n$/,
    },
    { prepare: ({ tyk }) => tyk.fail({ status: 403 }), stdout: /^stopped waiting: refused; / },
    { environment: { EXPORT_ID: '..' }, stdout: /^not started: invalid-ref\n$/ },
    { environment: { TYK_TOKEN: '' }, stdout: /^not started: invalid-option\n$/ },
  ],
  'Retries, limits and tokens': [
    { stdout: /^GET \/tyk\/api\/v1\/exports\/exp-1 1 200\ncompleted\n$/ },
    {
      prepare: ({ tyk }) => tyk.fail({ status: 401, body: { error: 'Unauthorized' } }),
      stdout: /^GET \S+ 1 401\nGET \S+ 2 200\ncompleted\n$/,
    },
  ],
  'Testing your code': [{ stdout: /^# pass 1$/m }],
  'Testing your code 2': [
    { stdout: /^TYK_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/tyk\/api\/v1 TYK_TOKEN=\S{44}\n$/ },
  ],
  'A fifth vendor': [{ stdout: /^# pass [1-9]\d$/m }],
}

/** The four vendors behind a real port, and the environment of somebody who uses them. */
async function startVendors(script: JobScript = {}) {
  const simulator = createVendorSimulator({ pending: 0, running: 0 })
  const { tyk, anaconda, loyaltydog, didomi } = simulator
  const server = await simulator.listen()
  const { origin } = server
  const tokenPath = join(project.folder, crypto.randomUUID())
  writeFileSync(tokenPath, `${tyk.token}\n`, { mode: 0o600 })
  const environment = {
    TYK_BASE_URL: tyk.baseUrl(origin),
    TYK_TOKEN: tyk.token,
    TYK_TOKEN_PATH: tokenPath,
    EXPORT_ID: tyk.add({ id: 'exp-1', ...script }),
    ANACONDA_CLIENT_ID: anaconda.credentials.clientId,
    ANACONDA_CLIENT_SECRET: anaconda.credentials.clientSecret,
    ANACONDA_ORGANIZATION: 'org-1',
    LOYALTYDOG_TOKEN: loyaltydog.token,
    DIDOMI_KEY: didomi.credentials.key,
    DIDOMI_SECRET: didomi.credentials.secret,
    DIDOMI_ORGANIZATION_ID: 'org-1',
  }
  return { simulator, origin, environment, [Symbol.asyncDispose]: server.close }
}

async function runSample(sample: Sample, { export: script, environment, prepare }: Case): Promise<Finished> {
  await using vendors = await startVendors(script)
  prepare?.(vendors.simulator)
  const { anaconda, loyaltydog, didomi } = vendors.simulator
  const elsewhere = [anaconda, loyaltydog, didomi].map((each) => [
    each.baseUrl(),
    each.baseUrl(vendors.origin),
  ])
  return await run(['--import', join(root, 'test/support/readme-elsewhere.ts'), fileOf(sample)], project, {
    ...vendors.environment,
    README_ELSEWHERE: JSON.stringify(elsewhere),
    ...environment,
  }).finished
}

const fileOf = ({ line }: Sample) => join(project.folder, `readme-line-${line}.ts`)

describe('samples', () => {
  beforeAll(() => {
    for (const sample of programs) writeFileSync(fileOf(sample), sample.code)
  })

  test('every one is run here, and there is none of another kind', () => {
    expect(programs.map(({ title }) => title)).toEqual(Object.keys(cases))
    expect(new Set(samples.map(({ language }) => language))).toEqual(new Set(['ts', 'js', 'sh']))
  })

  test('all compile and one that is wrong does not', async () => {
    const [sample] = programs as [Sample]
    const broken = { ...sample, line: 0, code: sample.code.replace('openDownload(job)', 'openUpload(job)') }
    writeFileSync(fileOf(broken), broken.code)
    const files = [...programs, broken].map(fileOf)
    expect(typeErrors(files)).toEqual([expect.stringMatching(/readme-line-0\.ts:\d+ .*openUpload/)])
    expect(await runSample(broken, cases.Example?.[0] as Case)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/openUpload is not a function/),
    })
  })

  for (const sample of programs) {
    for (const [index, each] of (cases[sample.title] ?? []).entries()) {
      test.concurrent(`${sample.title}, line ${sample.line}, case ${index + 1}`, async () => {
        const { code, stdout, stderr } = await runSample(sample, each)
        expect({ code, stderr }).toEqual({
          code: 0,
          stderr: each.stderr ? expect.stringMatching(each.stderr) : '',
        })
        expect(stdout).toMatch(each.stdout)
      })
    }
  }

  test('the short one is short', () => {
    expect(programs[0]?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(15)
  })

  // What require finds is the built package only.
  test.skipIf(!existsSync(join(root, 'dist/index.cjs')))(
    'the one in CommonJS runs on the build',
    async () => {
      const [sample, ...others] = samples.filter(({ language }) => language === 'js')
      expect(others).toEqual([])
      const file = join(project.folder, 'sample.cjs')
      writeFileSync(file, sample?.code ?? '')
      await using vendors = await startVendors()
      const bare = join(project.folder, 'bare.json')
      writeFileSync(bare, '{}')
      const { finished } = run([file], { ...project, tsconfig: bare }, vendors.environment)
      expect(await finished).toEqual({ code: 0, signal: null, stdout: 'completed\n', stderr: '' })
    },
  )
})

describe('commands', () => {
  const commands = samples
    .filter(({ language }) => language === 'sh')
    .flatMap(readCommands)
    // Which packages npx fetches.
    .map((words) => words.filter((word) => !word.startsWith('--package=')))
  const ours = commands.filter(([first]) => first === 'npx').map((words) => words.slice(1))

  test('are all of a kind that is checked', () => {
    for (const [first, second = '', third = ''] of commands) {
      if (first === 'npm' && second === 'run') expect(manifest.scripts).toHaveProperty(third)
      else if (first === 'npx') expect([second]).toEqual(Object.keys(manifest.bin))
      else expect([`${first} ${second}`]).toContain(first === 'export' ? `export ${second}` : `npm ${second}`)
    }
    const named = new Set(ours.map(([, command]) => command))
    expect(named).toEqual(new Set(['start', 'get', 'wait', 'watch', 'download', 'demo']))
  })

  test.concurrent.each(ours.map((words) => [words.join(' '), words]))('%s', async (_, [, ...words]) => {
    await using vendors = await startVendors()
    const { simulator, origin, environment } = vendors
    const { tyk, anaconda, loyaltydog, didomi } = simulator
    tyk.add({ id: '8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01' })
    anaconda.add({ id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' })
    didomi.add({ id: '5e1f22ab' })
    // The demo brings its own vendors and takes its time, which its own test gives it.
    const isDemo = words[0] === 'demo'
    const args = isDemo ? [...words, '--help'] : words
    const { code, stdout, stderr } = await run([join(root, 'src/cli/main.ts'), ...args], project, {
      ...environment,
      ANACONDA_BASE_URL: anaconda.baseUrl(origin),
      LOYALTYDOG_BASE_URL: loyaltydog.baseUrl(origin),
      DIDOMI_BASE_URL: didomi.baseUrl(origin),
    }).finished
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(isDemo ? /^Usage: export-jobs demo/ : /completed|saved/)
  })

  test('options, variables and exit codes are those of the command line', async () => {
    const help = async (...words: string[]) =>
      (await run([join(root, 'src/cli/main.ts'), ...words, '--help'], project).finished).stdout
    const [program, wait, start] = await Promise.all([help(), help('wait'), help('start', 'loyaltydog')])
    const section = readme.slice(readme.indexOf('## Command line'), readme.indexOf('## Runtimes'))
    const here = (pattern: RegExp) => new Set(section.match(pattern))
    const words = `${program}${wait}${start}`
    // Those of npx, `--package=…`, are not ours.
    for (const option of here(/--[a-z][a-z-]+(?![\w=-])/g)) expect(words).toContain(option)
    for (const option of wait.match(/--(?!base-url|allow-http|help)[a-z-]+(?= <)/g) ?? [])
      expect(section).toContain(option)
    const variables = /\b(?:TYK|ANACONDA|LOYALTYDOG|DIDOMI)_[A-Z_]+/g
    expect(here(variables)).toEqual(new Set(program.match(variables)))
    const codes = [...section.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => code)
    const theirs = [...program.matchAll(/^ {2,4}(\d+) {2}\S/gm)].map(([, code]) => code)
    expect(codes).toEqual(theirs.sort((a, b) => Number(a) - Number(b)))
  })
})

describe('claims', () => {
  const source = (path: string) => readFileSync(join(root, 'src', path), 'utf8')

  test('every code, reason and class of error is named', () => {
    const errors = source('errors.ts') + source('wait-errors.ts')
    const unions = errors.matchAll(/export type \w+(?:Code|Reason) =([^/]*?)\n\n/g)
    const words = [...unions].flatMap(([, union = '']) => union.match(/'[\w-]+'/g) ?? [])
    expect(words.length).toBeGreaterThan(20)
    for (const word of words) expect(readme).toContain(`\`${word.slice(1, -1)}\``)
    for (const [, name] of errors.matchAll(/export class (\w+)/g)) expect(readme).toContain(`\`${name}\``)
  })

  test.each([
    ['wait/options.ts', 'WaitOptions', 'Waiting'],
    ['http/client-options.ts', 'ClientOptions', 'Retries, limits and tokens'],
  ])('every option of %s is in a table, with its default', (path, name, heading) => {
    const section = readme.slice(readme.indexOf(`\n## ${heading}\n`))
    const [, body = ''] =
      new RegExp(`interface ${name}\\b[^{]*\\{\n([^}]*(?:\\{[^}]*\\}[^}]*)*?)\n\\}\n`).exec(source(path)) ??
      []
    const options = [...body.matchAll(/\/\*\* (.*) \*\/\n {2}readonly (\w+)\??:/g)]
    expect(options.length).toBeGreaterThan(8)
    for (const [, comment = '', option] of options) {
      const row = section.split('\n').find((line) => line.startsWith(`| \`${option}\``))
      expect(row, option).toBeDefined()
      const [, value] = /Default `?('[\w]+'|\d+|true|false)`?\./.exec(comment) ?? []
      if (value !== undefined) expect(row).toContain(`\`${value}\``)
    }
  })

  test('every link leads somewhere', () => {
    const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    )
    for (const [, target = ''] of readme.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('#')) expect(anchors).toContain(target.slice(1))
      else if (!target.startsWith('https://')) expect(existsSync(join(root, target)), target).toBe(true)
    }
  })

  test('nothing imports from Node that should not', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    const importers = files.filter((file) => file.endsWith('.ts') && /from 'node:/.test(source(file)))
    expect(importers.filter((file) => !/^(?:node|testing|cli)\b/.test(file))).toEqual([])
  })

  test('versions, dependencies and entries are those of package.json', () => {
    expect(manifest.engines.node).toBe('>=20')
    expect(manifest.dependencies).toBeUndefined()
    expect(manifest.peerDependencies.msw).toBe('^2.15.0 || ^3.0.0')
    for (const [, script = ''] of readme.matchAll(/`npm run ([\w:]+)`/g))
      expect(manifest.scripts).toHaveProperty(script)
    for (const entry of Object.keys(manifest.exports)) {
      if (entry !== './package.json') expect(readme).toContain(`export-jobs${entry.slice(1)}`)
    }
  })
})

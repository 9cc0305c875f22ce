import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createProject, type Project, root, run } from '../support/readme-programs.ts'
import { pages, readCommands, readSamples } from '../support/samples.ts'
import { startVendors } from './world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const program = join(root, 'src/cli/main.ts')

const commandsOf = (page: string) =>
  readSamples(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(readCommands)
    // Which packages npx fetches.
    .map((words) => words.filter((word) => !word.startsWith('--package=')))
    .map((words) => (words[0] === 'npx' ? words.slice(1) : words))
const isOurs = ([first]: readonly string[]) => first === 'export-jobs'

let project: Project
beforeAll(async () => {
  project = await createProject()
})
afterAll(() => project.remove())

test.each(pages)('%s: every script of npm exists', (page) => {
  for (const [first, second, script = ''] of commandsOf(page)) {
    if (first === 'npm' && second === 'run') expect(manifest.scripts).toHaveProperty([script])
  }
})

test('the README has the two commands of a fresh clone', () => {
  const lines = commandsOf('README.md').map((words) => words.join(' '))
  expect(lines.slice(-4)).toEqual(['npm ci', 'npm run demo', 'npm ci', 'npm test'])
})

test.concurrent.each(
  commandsOf('README.md')
    .filter(isOurs)
    .map((words) => [words.join(' '), words] as const),
)('%s', async (_, [, ...words]) => {
  await using vendors = await startVendors(project.folder)
  const { simulator, origin, environment } = vendors
  const { tyk, anaconda, loyaltydog, didomi } = simulator
  tyk.add({ id: '8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01' })
  anaconda.add({ id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' })
  // The demo brings its own vendors and takes its time, which its own test gives it.
  const isDemo = words[0] === 'demo'
  const where = { ...project, folder: mkdtempSync(join(project.folder, 'run-')) }
  const { code, stdout, stderr } = await run([program, ...words, ...(isDemo ? ['--help'] : [])], where, {
    ...environment,
    ANACONDA_BASE_URL: anaconda.baseUrl(origin),
    LOYALTYDOG_BASE_URL: loyaltydog.baseUrl(origin),
    DIDOMI_BASE_URL: didomi.baseUrl(origin),
  }).finished
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(isDemo ? /^Usage: export-jobs demo/ : /completed|saved/)
})

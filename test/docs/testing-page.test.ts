import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createProject, type Project, root, run, sourcePaths } from '../support/readme-programs.ts'
import { readSamples } from '../support/samples.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const codeOf = (heading: string): string =>
  readSamples('docs/testing.md').find(({ name }) => name === `docs/testing.md: ${heading}`)?.code ?? ''

let project: Project
beforeAll(async () => {
  project = await createProject()
})
afterAll(() => project.remove())

/** Runs one file of tests by a Vitest of its own. */
async function runTests(name: string, code: string, own: { resolve?: object; test?: object }) {
  // A busy machine may take its time.
  const config = { ...own, test: { testTimeout: 60_000, ...own.test } }
  const folder = join(project.folder, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'sample.test.ts'), code)
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify(config)}`)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  return await run([vitest, 'run', '--root', folder], { ...project, folder }).finished
}

test('the sample of Vitest passes', async () => {
  const named = Object.entries(sourcePaths).filter(([name]) => !name.endsWith('*'))
  const alias = [
    ...named.map(([name, [path]]) => ({ find: name, replacement: path })),
    { find: 'export-jobs/tyk', replacement: join(root, 'src/vendors/tyk.ts') },
  ].sort((a, b) => b.find.length - a.find.length)
  const { code, stdout } = await runTests('vitest', codeOf('Vitest'), { resolve: { alias } })
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/Tests +1 passed/) })
})

// Jest is not installed here: what the sample uses of it, Vitest has under the same names. It requires the build.
test.skipIf(!existsSync(join(root, 'dist/testing/index.cjs')))('the sample of Jest passes', async () => {
  const code = `import { createRequire } from 'node:module'
import { vi as jest } from 'vitest'
const require = createRequire(import.meta.url)
${codeOf('Jest')}`
  const { code: exit, stdout } = await runTests('jest', code, { test: { globals: true } })
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringMatching(/Tests +1 passed/) })
})

import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { createProject, type Project, root, run } from '../support/readme-programs.ts'
import { isFragment, pages, programOf, readPage, readSamples } from '../support/samples.ts'
import { typeErrors } from '../support/type-errors.ts'
import { cases, compiledOnly } from './cases.ts'
import { fileOf, runSample, startVendors } from './world.ts'

// Each sample is a process of its own, and a busy machine may take its time over it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const samples = pages.flatMap(readSamples)
const of = (...languages: string[]) => samples.filter(({ language }) => languages.includes(language))
// Those that are a file of test/engines or test/workflows are compiled and run there.
const recipes = samples.filter(({ file }) => file)
const programs = of('ts', 'tsx').filter(({ file }) => !file)

let project: Project
beforeAll(async () => {
  project = await createProject()
  for (const sample of programs) writeFileSync(fileOf(project, sample), programOf(sample))
})
afterAll(() => project.remove())

test('every program is run here or says why it is only compiled', () => {
  const named = [...Object.keys(cases), ...Object.keys(compiledOnly)]
  const whole = programs.filter((sample) => !isFragment(sample))
  expect(whole.map(({ name }) => name).sort()).toEqual(named.sort())
})

test('no block is of a language that nothing here checks', () => {
  const checked = ['ts', 'tsx', 'js', 'sh', 'json', 'yaml', 'text', 'mermaid']
  expect(samples.filter(({ language }) => !checked.includes(language)).map(({ name }) => name)).toEqual([])
})

test('the recipes of engines stand in the docs as they are run', () => {
  const files = ['test/engines/recipes', 'test/workflows/recipes'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  )
  expect(recipes.map(({ file }) => file).sort()).toEqual(files.sort())
  for (const { file = '', code } of recipes) expect(readPage(file), file).toBe(code)
})

test('all programs compile, and one that is wrong does not', async () => {
  const file = join(project.folder, 'wrong.ts')
  const code = programs[0]?.code as string
  writeFileSync(file, code.replace('waitForCompletion(client', 'waitForDeletion(client'))
  const files = [...programs.map((sample) => fileOf(project, sample)), file]
  expect(typeErrors([...files, join(root, 'test/docs/stand-ins.d.ts')])).toEqual([
    expect.stringMatching(/wrong\.ts:\d+ .*waitForDeletion/),
  ])
  expect(await runSample(project, file, { stdout: /^$/ })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/waitForDeletion is not defined/),
  })
}, 240_000)

for (const sample of programs) {
  for (const [index, each] of (cases[sample.name] ?? []).entries()) {
    test.concurrent(`${sample.name}, case ${index + 1}`, async () => {
      const { code, stdout, stderr } = await runSample(project, fileOf(project, sample), each)
      expect({ code, stderr }).toEqual({
        code: each.code ?? 0,
        stderr: each.stderr ? expect.stringMatching(each.stderr) : '',
      })
      expect(stdout).toMatch(each.stdout)
    })
  }
}

test('the first one is short', () => {
  expect(programs[0]?.page).toBe('README.md')
  expect(programs[0]?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(15)
})

test('programs in CommonJS can be parsed', () => {
  for (const { name, code } of of('js')) expect(() => new Script(code), name).not.toThrow()
})

// What require finds is the built package only.
test.skipIf(!existsSync(join(root, 'dist/index.cjs')))('the one in CommonJS runs on the build', async () => {
  const sample = of('js').find(({ name }) => name === 'docs/runtimes.md: CommonJS')
  const file = join(project.folder, 'sample.cjs')
  writeFileSync(file, sample?.code ?? '')
  await using vendors = await startVendors(project.folder)
  const bare = join(project.folder, 'bare.json')
  writeFileSync(bare, '{}')
  const { finished } = run([file], { ...project, tsconfig: bare }, vendors.environment)
  expect(await finished).toEqual({ code: 0, signal: null, stdout: 'completed\n', stderr: '' })
})

test('JSON and YAML can be read', () => {
  for (const { code } of of('json')) JSON.parse(code)
  for (const { code } of of('yaml')) expect(parse(code)).toBeTypeOf('object')
})

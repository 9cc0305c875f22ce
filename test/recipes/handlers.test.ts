import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runSample } from '../docs/world.ts'
import { createProject, type Project } from '../support/readme-programs.ts'
import { readSamples } from '../support/samples.ts'
import { standIns } from './stand-ins.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let project: Project
beforeAll(async () => {
  project = await createProject()
  for (const [name, code] of Object.entries(standIns)) {
    const folder = join(project.folder, 'node_modules', name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "exports": "./index.js" }')
    writeFileSync(join(folder, 'index.js'), code)
  }
})
afterAll(() => project.remove())

const codeOf = (page: string, heading: string) =>
  readSamples(page).find(({ name, language }) => language === 'ts' && name === `${page}: ${heading}`)
    ?.code as string

/** Runs a recipe with a few lines after it, which use what it defines. */
async function runRecipe(
  page: string,
  heading: string,
  after = '',
  each: { environment?: Record<string, string> } = {},
) {
  const file = join(project.folder, `${heading.replaceAll(/\W+/g, '-').toLowerCase()}.ts`)
  writeFileSync(file, `${codeOf(page, heading)}\n${after}`)
  const { code, stdout, stderr } = await runSample(project, file, { stdout: /^/, ...each })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

test.concurrent('MongoDB: a wait that is due is polled once, and gone when the export is done', async () => {
  const stdout = await runRecipe(
    'docs/recipes/stores.md',
    'MongoDB',
    `await add(process.env.EXPORT_ID)
     await add(process.env.EXPORT_ID)
     console.log(await work(), await work())`,
  )
  expect(stdout).toBe('completed exp-1\ntrue false\n')
})

test.concurrent('pino: each poll and each request is logged, and no secret', async () => {
  const stdout = await runRecipe('docs/recipes/operations.md', 'pino')
  expect(stdout).toMatch(
    /^debug request .*"status":200.*\ninfo poll .*"completed".*\ninfo completed .*"records":3/,
  )
  const refused = await runRecipe('docs/recipes/operations.md', 'pino', '\nprocess.exitCode = 0', {
    environment: { EXPORT_ID: 'nobody', TYK_TOKEN: 'wrong-token-0123456789' },
  })
  expect(refused).toMatch(/error no export .*wait-unauthorized/)
  expect(refused).not.toContain('wrong-token')
})

test.concurrent('OpenTelemetry: a span a wait with an event a poll, and a span a request', async () => {
  const stdout = await runRecipe(
    'docs/recipes/operations.md',
    'OpenTelemetry',
    'await waitTraced(process.env.EXPORT_ID)\nawait waitTraced("..").catch(() => {})',
  )
  expect(stdout).toMatch(/^start GET\nend GET .*"http.response.status_code":200.*\n/m)
  expect(stdout).toMatch(
    /^event poll {"export.status":"completed"}\nend export wait {"export.vendor":"tyk"}\n/m,
  )
  expect(stdout).toMatch(/end export wait .*"error.type":"invalid-ref".*"status":2/)
})

test.concurrent('Next: the route answers with the export, 404 and 400', async () => {
  const stdout = await runRecipe(
    'docs/recipes/web.md',
    'A Next route',
    `for (const id of [process.env.EXPORT_ID, 'nobody', '..']) {
       const answer = await GET(new Request('http://localhost'), { params: Promise.resolve({ id }) })
       const { status, error } = await answer.json()
       console.log(answer.status, status ?? error)
     }`,
  )
  expect(stdout).toBe('200 completed\n404 not-found\n400 invalid-ref\n')
})

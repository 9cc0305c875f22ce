import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { startVendors } from '../docs/world.ts'
import { createProject, type Project, root, run } from '../support/readme-programs.ts'
import { readSamples } from '../support/samples.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const samples = readSamples('docs/recipes/schedules.md')
const codeOf = (heading: string, language: string) =>
  samples.find((each) => each.language === language && each.name.endsWith(`: ${heading}`))?.code as string

let project: Project
beforeAll(async () => {
  project = await createProject()
})
afterAll(() => project.remove())

/** A folder whose `npx export-jobs` is the command of this repository. */
function createFolder() {
  const folder = mkdtempSync(join(project.folder, 'nightly-'))
  const command = [process.execPath, '--import', 'tsx', join(root, 'src/cli/main.ts')].join("' '")
  const npx = join(folder, 'npx')
  writeFileSync(npx, `#!/bin/sh\n[ "$1" = --yes ] && shift\nshift\nexec '${command}' "$@"\n`)
  chmodSync(npx, 0o755)
  return folder
}

/** Runs a shell script there, and returns its exit code. */
function sh(folder: string, script: string, environment: Record<string, string>, ...args: string[]) {
  const child = spawn('sh', ['-c', script, 'sh', ...args], {
    cwd: folder,
    env: { TSX_TSCONFIG_PATH: project.tsconfig, ...environment, PATH: `${folder}:${process.env.PATH}` },
    stdio: 'ignore',
  })
  return new Promise<number | null>((resolve) => child.once('close', resolve))
}

const starts = (requests: readonly { method: string }[]) =>
  requests.filter(({ method }) => method === 'POST').length

test('killed and run again, the program starts no second export; the file that is there ends it', async () => {
  await using vendors = await startVendors(project.folder)
  const { simulator, environment } = vendors
  const folder = mkdtempSync(join(project.folder, 'nightly-'))
  const file = join(project.folder, 'nightly.ts')
  writeFileSync(file, codeOf('A nightly export that never starts twice', 'ts'))
  const nightly = () => run([file], { ...project, folder }, { ...environment, DAY: '2026-01-31' })

  simulator.tyk.next({ running: '1h' })
  const first = nightly()
  await vi.waitFor(() => expect(simulator.requests.some(({ method }) => method === 'GET')).toBe(true), 30_000)
  first.kill('SIGTERM')
  expect((await first.finished).signal).toBe('SIGTERM')
  expect(readdirSync(folder)).toContain('2026-01-31.json.start.json')
  const second = nightly()
  await vi.waitFor(
    () => expect(simulator.requests.filter(({ method }) => method === 'GET').length).toBeGreaterThan(1),
    30_000,
  )
  second.kill('SIGTERM')
  await second.finished
  expect(starts(simulator.requests)).toBe(1)
})

test.skipIf(process.platform !== 'linux')('nightly.sh saves the file once', async () => {
  await using vendors = await startVendors(project.folder)
  const { simulator, environment } = vendors
  const folder = createFolder()
  const script = codeOf('cron', 'sh')
  expect(await sh(folder, script, environment, '2026-01-31')).toBe(0)
  expect(readdirSync(folder)).toContain('2026-01-31.json')
  expect(await sh(folder, script, environment, '2026-01-31')).toBe(0)
  expect(starts(simulator.requests)).toBe(1)
})

test.skipIf(process.platform !== 'linux')('the step of GitHub Actions saves the file', async () => {
  await using vendors = await startVendors(project.folder)
  const folder = createFolder()
  const workflow = parse(codeOf('GitHub Actions', 'yaml'))
  const [step] = workflow.jobs.export.steps.filter(({ run }: { run?: string }) => run)
  expect(Object.keys(step.env).sort()).toEqual(['TYK_BASE_URL', 'TYK_TOKEN'])
  expect(await sh(folder, step.run, vendors.environment)).toBe(0)
  expect(readdirSync(folder)).toContainEqual(expect.stringMatching(/^\d{4}-\d\d-\d\d\.json$/))
})

import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { examples } from '../../src/cli/help-texts.ts'
import { startWorld } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx'))
const [piped, plain] = [true, false].map((isPiped) =>
  Object.entries(examples)
    .filter(([command]) => !['simulate', 'completion'].includes(command))
    .flatMap(([, lines]) => lines)
    .filter((line) => line.includes(' | ') === isPiped && !line.endsWith(' demo')),
) as [string[], string[]]

const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'

/** The vendors, with all exports that the examples name. */
async function startExamples() {
  const world = await startWorld()
  const { tyk, anaconda, didomi } = world.simulator
  for (const id of ['8f14e45f-ceea-467f-a0e6-3c2f4e1b9a01', 'ID', 'ID1', 'ID2']) tyk.add({ id })
  anaconda.add({ id: uuid })
  didomi.add({ id: '5e1f22ab' })
  didomi.add({ id: '6a0c91de' })
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return { ...world, folder }
}

test.each(plain)('$ %s', async (line) => {
  const { run, folder } = await startExamples()
  const words = named(line)
    .split(' ')
    .slice(1)
    .map((word) => word.replace(/^(?=audit\.|exports\/)/, `${folder}/`))
  if (line.includes('exports/')) words[words.length - 1] = `${folder}/`
  const { code, stdout, stderr } = await run(words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/completed|saved|^[\w-]{36}\n/)
})

// Anaconda's ids are UUIDs.
function named(line: string): string {
  return line.replace(/anaconda ID\d?/, `anaconda ${uuid}`)
}

const hasTools = spawnSync('bash', ['-c', 'command -v jq']).status === 0

test.skipIf(!hasTools).each(piped)('$ %s', async (line) => {
  const { env, folder } = await startExamples()
  const bin = `export-jobs() { '${process.execPath}' --import '${tsx}' '${main}' "$@"; }`
  const child = spawn('bash', ['-o', 'pipefail', '-c', `${bin}\n${named(line)}`], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  child.stdout.on('data', (text) => {
    stdout += text
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect(code).toBe(0)
  // It prints something, and that is something.
  expect(stdout.trim()).not.toMatch(/^(?:null)?$|null\b.*null\b/)
})

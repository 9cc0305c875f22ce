import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { DBOSClient } from '@dbos-inc/dbos-sdk'
import { build } from 'esbuild'
import { waitKey } from 'export-jobs'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startPostgres, type TestPostgres } from '../engines/support/postgres.ts'
import { startVendor } from '../engines/support/vendor.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const program = at('node_modules/.cache/dbos-program.mjs')

let postgres: TestPostgres
beforeAll(async () => {
  await build({
    entryPoints: [at('support/dbos-program.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@dbos-inc/dbos-sdk'],
    tsconfig: at('tsconfig.json'),
  })
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

/** A process that waits for the export, and what it prints. */
function start(baseUrl: string) {
  const child = spawn(process.execPath, [program, postgres.connectionString, baseUrl, 'e1'])
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, output: text(child.stdout), exited: once(child, 'exit') }
}

test('a process that is killed while the workflow sleeps is replaced: nothing is polled twice', async () => {
  const vendor = await startVendor({ takes: () => 900 })
  onTestFinished(vendor.close)
  const database = await DBOSClient.create({ systemDatabaseUrl: postgres.connectionString })
  onTestFinished(() => database.destroy())
  const steps = async () => {
    const all = await database.listWorkflowSteps(waitKey('tyk', 'e1'))
    return all?.map(({ name }) => name)
  }

  const killed = start(vendor.baseUrl)
  await vi.waitFor(async () => expect(await steps()).toContain('DBOS.sleep'), 30_000)
  killed.child.kill('SIGKILL')
  await killed.exited
  const next = start(vendor.baseUrl)

  expect(JSON.parse(await next.output)).toMatchObject({ outcome: 'completed', state: { polls: 2 } })
  expect(vendor.times).toHaveLength(2)
  expect(await steps()).toEqual(['poll', 'DBOS.sleep', 'poll'])
  await next.exited
})

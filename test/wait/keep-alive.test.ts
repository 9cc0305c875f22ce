import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const root = new URL('../../', import.meta.url)

/** What a process prints that waits so, and does nothing else. */
async function printed(options: string): Promise<string> {
  const script = `
    import { waitForCompletion } from './src/index.ts'
    let polls = 0
    const client = {
      vendor: 'acme',
      get: async () => ({ vendor: 'acme', id: 'e1', ref: 'e1', raw: {}, rawStatus: '', status: polls++ ? 'completed' : 'running' }),
    }
    process.on('exit', () => console.log('exit after', polls))
    waitForCompletion(client, 'e1', ${options}).then(() => console.log('completed'))
  `
  const args = ['--import', 'tsx', '--input-type=module', '-e', script]
  const { stdout } = await run(process.execPath, args, { cwd: root, timeout: 20_000 })
  return stdout
}

test.concurrent('`keepAlive: false`: a sleeping wait does not hold the process open', {
  timeout: 30_000,
}, async () => {
  expect(await printed(`{ keepAlive: false, schedule: () => '1h' }`)).toBe('exit after 1\n')
})

test.concurrent('by default it does', { timeout: 30_000 }, async () => {
  expect(await printed(`{ schedule: () => '20ms' }`)).toBe('completed\nexit after 2\n')
})

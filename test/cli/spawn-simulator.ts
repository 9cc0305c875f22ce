import { onTestFinished, vi } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { Interruption } from '../../src/cli/shell.ts'
import { fakeOutput } from './fake-output.ts'

/** Runs `export-jobs simulate` in this process, until the test is over or stops it. */
export async function spawnSimulator(...flags: string[]) {
  const controller = new AbortController()
  const [out, err] = [fakeOutput(), fakeOutput()]
  const shell = { environment: {}, signal: controller.signal, out, err }
  let exitCode: number | undefined
  const program = createProgram(shell, (code) => {
    exitCode = code
  })
  const running = program.parseAsync(['simulate', ...flags], { from: 'user' })
  const stop = async () => {
    controller.abort(new Interruption(130))
    await running
    return exitCode
  }
  onTestFinished(() => void stop())
  await vi.waitFor(() => {
    if (!err.text().includes('Ctrl-C')) throw new Error('not yet')
  })
  const pairs = [...out.text().matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value])
  return { env: Object.fromEntries(pairs) as Record<string, string>, stderr: err.text, stop }
}

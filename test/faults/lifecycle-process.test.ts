import { join } from 'node:path'
import { test } from 'vitest'
import { root, run } from '../support/readme-programs.ts'

const program = join(root, 'test/faults/support/lifecycle-child.ts')
const scenarios = [
  ['after aborts everywhere', 'aborts'],
  ['after waits that ended in every way', 'ends'],
  ['while waits sleep with `keepAlive: false`', 'sleeps'],
] as const

// A process that does not end by itself is ended when the test's time is over.
test.concurrent.for(scenarios)(
  'a process ends %s, with nothing left and no rejection unhandled',
  {
    timeout: 30_000,
  },
  async ([, scenario], { expect, onTestFinished }) => {
    const child = run([program, scenario], { folder: root, tsconfig: join(root, 'tsconfig.json') })
    onTestFinished(() => child.kill('SIGKILL'))
    const { code, stdout, stderr } = await child.finished
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({ left: {}, unhandled: [] })
    expect(code).toBe(0)
  },
)

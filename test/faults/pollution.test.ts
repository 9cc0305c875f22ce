import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { root } from '../support/readme-programs.ts'
import { vendorNames } from '../support/vendors.ts'
import { hiddenFrom, pollutions } from './support/pollutions.ts'

/** What was sent, and what came of it, under each key for each vendor. */
let seen: Record<string, { sent: string[]; outcome: string }> = {}

// In a process of its own, as what it does to Object.prototype would reach the test runner, too.
beforeAll(async () => {
  const args = ['--import', 'tsx', 'test/faults/support/polluted.ts']
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: root,
    timeout: 60_000,
    maxBuffer: 2 ** 26,
  })
  seen = JSON.parse(stdout)
}, 70_000)

// What the raw client makes is a Request of the runtime, which itself reads this off Object.prototype.
const ofRuntime = ['cache']

// zod reads `error` and `path` off Object.prototype while it says what is wrong: the answer is refused, the place is lost.
const withoutPath = (outcome = '') =>
  outcome.replace(/(?:\\\\"id\\\\" is missing or|it is) of another type/, 'of another type')

const hidden = hiddenFrom.map((act) => `${act}, hidden`)

describe.each([...vendorNames, 'refusals', 'raw client', 'files', ...hidden])('%s', (act) => {
  test('without any of them, all goes well', () => {
    const { sent, outcome } = seen[`clean ${act}`] ?? { sent: [], outcome: '' }
    expect(sent.length).toBeGreaterThanOrEqual(2)
    expect(outcome).toMatch(/^\{\s*result/)
    expect(sent.join()).not.toContain('evil')
  })

  const keys = act === 'raw client' ? pollutions.filter(([, key]) => !ofRuntime.includes(key)) : pollutions
  test.each(keys.map(([name]) => name))('a polluted %s changes no request, and nothing else', (name) => {
    const [polluted, clean] = [seen[`${name} ${act}`], seen[`clean ${act}`]]
    expect(polluted?.sent).toEqual(clean?.sent)
    expect(withoutPath(polluted?.outcome)).toEqual(withoutPath(clean?.outcome))
  })
})

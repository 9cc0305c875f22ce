import { expect, test } from 'vitest'
import { demo } from '../../src/cli/demo.ts'
import { Interruption } from '../../src/cli/shell.ts'
import { fakeOutput } from './fake-output.ts'
import { runCli } from './world.ts'

test('waits for the four vendors and prints a table', async () => {
  const out = fakeOutput()
  const err = fakeOutput()
  const signal = new AbortController().signal
  expect(await demo({ environment: {}, signal, out, err }, 0.15)).toBe(0)
  const [headings, ...rows] = out.text().trimEnd().split('\n')
  expect(headings?.split(/\s+/)).toEqual(['vendor', 'id', 'status', 'records', 'took', 'note'])
  expect(
    rows.map((row) =>
      row
        .split(/\s+/)
        .filter((_, column) => column !== 1)
        .slice(0, 4),
    ),
  ).toEqual([
    ['tyk', '✓', 'completed', '4,211'],
    ['anaconda', '✓', 'completed', '18,640'],
    ['loyaltydog', '✗', 'failed', '–'],
    ['didomi', '✓', 'completed', '9,075'],
  ])
  expect(rows[1]).toMatch(/token renewed/)
  expect(rows[2]).toMatch(/"Merchant ledger is locked"$/)
  expect(err.text()).toMatch(/^Four simulated vendors/)
})

test('stops when it is interrupted', async () => {
  const out = fakeOutput()
  const err = fakeOutput()
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Interruption(130)), 100)
  expect(await demo({ environment: {}, signal: controller.signal, out, err })).toBe(130)
  expect(out.text()).toBe('')
})

test('needs no msw', async () => {
  const hook = `export const resolve = (name, context, next) => {
    if (name !== 'msw') return next(name, context)
    throw Object.assign(new Error("Cannot find package 'msw' imported from here"), { code: 'ERR_MODULE_NOT_FOUND' })
  }`
  const source = `import { register } from 'node:module'
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)})`
  const { code, stdout } = await runCli(['demo'], {
    imports: [`data:text/javascript,${encodeURIComponent(source)}`],
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^vendor .*\ntyk /) })
})

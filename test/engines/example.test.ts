import { expect, onTestFinished, test } from 'vitest'
import { root, run } from '../support/readme-programs.ts'

test('examples/durable: waits outlive their workers, and the page shows them all along', async () => {
  const where = { folder: root, tsconfig: `${root}/tsconfig.json` }
  const demo = run(['examples/durable/demo.ts'], where)
  onTestFinished(() => demo.kill('SIGTERM'))

  const output = await demo.printed(/killed both workers.* holds 4 waits/)
  const page = await (await fetch(/http:\S+/.exec(output)?.[0] as string)).text()
  expect(page).toContain('Waited for: 4')
  for (const vendor of ['tyk', 'anaconda', 'loyaltydog', 'didomi'])
    expect(page).toContain(`<td>${vendor}</td>`)

  const { code, stdout, stderr } = await demo.finished
  expect(stdout.match(/^demo: \w+ \S+ is completed$/gm)).toHaveLength(4)
  expect(stdout).toMatch(/none of 4 waits is lost/)
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

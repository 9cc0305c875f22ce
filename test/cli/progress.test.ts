import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { createProgress } from '../../src/cli/progress.ts'
import type { ExportJob } from '../../src/index.ts'
import { fakeOutput } from './fake-output.ts'

const job: ExportJob = {
  vendor: 'tyk',
  id: 'a',
  ref: 'a',
  rawStatus: 'completed',
  status: 'completed',
  raw: {},
}

test('on no terminal it writes nothing of its own', () => {
  const err = fakeOutput()
  const progress = createProgress({ err, environment: {} }, {}, true)
  const line = progress.add('tyk', 'a')
  line.update({ type: 'job', job })
  line.end(false)
  progress.printAbove(() => err.line('result'))
  progress.end()
  expect(err.text()).toBe('result\n')
})

test('ended exports stay, or go when their result is printed', () => {
  const last = (keepsEnded: boolean) => {
    const err = fakeOutput({ columns: 80, rows: 24 })
    const progress = createProgress({ err, environment: {} }, {}, keepsEnded)
    progress.add('tyk', 'other')
    const line = progress.add('tyk', 'a')
    line.update({ type: 'job', job })
    line.end(false)
    const before = err.text().length
    progress.printAbove(() => {})
    progress.end()
    return stripVTControlCharacters(err.text().slice(before))
  }
  expect(last(true)).toMatch(/✓ tyk {2}a {6}completed/)
  expect(last(false)).toMatch(/other/)
  expect(last(false)).not.toMatch(/completed/)
})

test('more exports than lines: those that go on are shown', () => {
  const err = fakeOutput({ columns: 80, rows: 8 })
  const progress = createProgress({ err, environment: {} }, {}, true)
  const lines = Array.from({ length: 9 }, (_, index) => progress.add('tyk', `id-${index}`))
  for (const line of lines.slice(0, 6)) {
    line.update({ type: 'job', job })
    line.end(false)
  }
  const before = err.text().length
  progress.printAbove(() => {})
  progress.end()
  const shown = stripVTControlCharacters(err.text().slice(before))
  expect(shown.match(/id-\d/g)).toEqual(['id-6', 'id-7', 'id-8', 'id-0', 'id-1'])
  expect(shown).toMatch(/… and 4 more/)
})

test('what goes through a pipe is given time to come back to the terminal', async () => {
  const err = fakeOutput({ columns: 80, rows: 24 })
  const progress = createProgress({ err, environment: {} }, {}, true)
  const line = progress.add('tyk', 'a')
  progress.printAbove(() => err.line('result'), true)
  line.update({ type: 'job', job })
  expect(err.text()).toMatch(/result\n$/)
  await expect.poll(() => err.text()).not.toMatch(/result\n$/)
  progress.end()
})

import { expect, test } from 'vitest'
import { createOutput } from '../../src/cli/shell.ts'
import { fakeOutput } from './fake-output.ts'

test('colour is for terminals, and for who does not mind it', () => {
  const isColored = (terminal: boolean, environment: Record<string, string>) =>
    createOutput(fakeOutput(terminal ? { columns: 80, rows: 24 } : undefined).stream, environment).colors
      .isColorSupported
  expect(isColored(true, {})).toBe(true)
  expect(isColored(false, {})).toBe(false)
  expect(isColored(true, { NO_COLOR: '1' })).toBe(false)
  expect(isColored(true, { TERM: 'dumb' })).toBe(false)
  expect(isColored(false, { FORCE_COLOR: '1' })).toBe(true)
})

test('a write that fails is remembered, told once, and whoever wrote it learns that it is lost', async () => {
  const failure = Object.assign(new Error('full'), { code: 'ENOSPC' })
  const { stream } = fakeOutput(undefined, failure)
  const told: string[] = []
  const output = createOutput(stream, {}, () => told.push('failed'))
  expect(output.failure).toBeUndefined()
  output.line('a', () => told.push('a'))
  output.line('b', () => told.push('b'))
  await output.flush()
  expect(output.failure).toBe(failure)
  expect(told.sort()).toEqual(['a', 'b', 'failed'])
})

test('nothing is lost where writing works', async () => {
  const output = fakeOutput()
  output.line('a', () => expect.unreachable())
  output.write('b')
  await output.flush()
  expect(output.text()).toBe('a\nb')
  expect(output.failure).toBeUndefined()
})

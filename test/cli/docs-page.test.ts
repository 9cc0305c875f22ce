import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { formatHelp } from '../../src/cli/help.ts'
import { topics } from '../../src/cli/help-texts.ts'
import { createProgram } from '../../src/cli/program.ts'
import { root } from '../support/sources.ts'
import { fakeOutput } from './fake-output.ts'

const page = readFileSync(join(root, 'docs/cli.md'), 'utf8')
const { signal } = new AbortController()
const program = createProgram({ environment: {}, signal, out: fakeOutput(), err: fakeOutput() }, () => {})
const commands = program.commands.filter((command) => command.name() !== 'complete')
const helps = [program, ...commands, ...commands.flatMap((command) => command.commands)].map((command) =>
  command.helpInformation(),
)
const flagsOf = (text: string) => new Set(text.match(/(?<![\w-])--[a-z][a-z-]*/g))

test('every option of every --help stands on the page, and the other way round', () => {
  const theirs = new Set(helps.flatMap((help) => [...flagsOf(help.slice(help.indexOf('\nOptions:')))]))
  expect(theirs.size).toBeGreaterThan(40)
  expect([...flagsOf(page)].sort()).toEqual([...theirs].sort())
})

test('so does every command', () => {
  const table = page.slice(page.indexOf('## Commands'), page.indexOf('### Several'))
  const named = [...table.matchAll(/^\| `(\w+)/gm), ...table.matchAll(/, `(version)`/g)].map(
    ([, name]) => name,
  )
  expect(named.sort()).toEqual(commands.map((command) => command.name()).sort())
})

test('so does every variable', () => {
  const variables = /\b(?:TYK|ANACONDA|LOYALTYDOG|DIDOMI)_[A-Z_]+/g
  const text = formatHelp(topics.environment, { width: 80, bold: String })
  expect(new Set(page.match(variables))).toEqual(new Set(text.match(variables)))
})

test('so does every exit code, in the help of the topic too', () => {
  const text = formatHelp(topics['exit-codes'], { width: 80, bold: String })
  const codes = Object.values(exitCodes).sort((a, b) => a - b)
  expect([...page.matchAll(/^\| `(\d+)` /gm)].map(([, code]) => Number(code))).toEqual(codes)
  expect([...text.matchAll(/^ {2,4}(\d+) /gm)].map(([, code]) => Number(code))).toEqual(codes)
})

import { describe, expect, test } from 'vitest'
import { formatHelp } from '../../src/cli/help.ts'
import { topicNames } from '../../src/cli/help-texts.ts'
import { createProgram } from '../../src/cli/program.ts'
import { widthOf } from '../../src/cli/text.ts'
import { fakeOutput } from './fake-output.ts'
import { runHere } from './world.ts'

const { signal } = new AbortController()
const shell = { environment: {}, signal, out: fakeOutput(), err: fakeOutput() }
const program = createProgram(shell, () => {})
const commands = program.commands.flatMap((command) => [
  [command.name()],
  ...command.commands.map((each) => [command.name(), each.name()]),
])
const pages = [
  ['--help'],
  ...commands.map((words) => [...words, '--help']),
  ...topicNames.map((name) => ['help', name]),
]
const plain = { width: 80, bold: (text: string) => text }

describe.each(pages.map((words) => [words.join(' '), words] as const))('%s', (_, words) => {
  test.each([undefined, 200, 80, 60])('fits a terminal of %s columns', async (columns) => {
    const terminal = columns === undefined ? {} : { terminal: { columns, rows: 24 } }
    const { code, stdout, stderr } = await runHere(words, {}, terminal)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.length).toBeGreaterThan(100)
    const widest = Math.min(80, columns ?? 80)
    for (const line of stdout.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(widest)
  })
})

test('the program shows its commands and three examples first', async () => {
  const { stdout } = await runHere(['--help'])
  const places = [
    'Commands:',
    '\n  start ',
    '\n  demo ',
    'Examples:',
    '  $ ',
    'Words:',
    'Options:',
    'exit-codes',
  ]
  const found = places.map((text) => stdout.lastIndexOf(text))
  expect(found.every((place) => place > 0)).toBe(true)
  expect(found).toEqual([...found].sort((a, b) => a - b))
  expect(stdout.match(/^ {2}\$ /gm)).toHaveLength(3)
})

test('help <command> is its --help, help alone that of the program', async () => {
  const same = async (words: string[], as: string[]) =>
    expect((await runHere(words)).stdout).toBe((await runHere(as)).stdout)
  await same(['help', 'wait'], ['wait', '--help'])
  await same(['help', 'start', 'tyk'], ['start', 'tyk', '--help'])
  await same(['help'], ['--help'])
  await same(['version'], ['--version'])
})

test('help for nothing that is there is exit code 2', async () => {
  const { code, stdout, stderr } = await runHere(['help', 'hunter2-secret'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toBe('export-jobs: unknown command\nTry: export-jobs help --help\n')
})

test('terms stand above their meaning where both do not fit beside each other', () => {
  const terms = [['A_LONG_NAME_OF_A_VARIABLE', 'what it means']] as const
  expect(formatHelp([{ terms }], plain)).toBe('  A_LONG_NAME_OF_A_VARIABLE  what it means')
  expect(formatHelp([{ terms }], { ...plain, width: 50 })).toBe(
    '  A_LONG_NAME_OF_A_VARIABLE\n      what it means',
  )
})

test('a command in several lines is still one for a shell', () => {
  const commands = ["export-jobs get tyk ID --json | jq '{status, totalRecords}'"]
  expect(formatHelp([{ heading: 'Examples', commands }], { ...plain, width: 50 })).toBe(
    "Examples:\n  $ export-jobs get tyk ID --json | jq \\\n      '{status, totalRecords}'",
  )
})

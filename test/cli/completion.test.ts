import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runHere } from './world.ts'

/** What a command prints to the stdout of this process, as the library of completions does. */
async function printedBy(...words: string[]): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  onTestFinished(() => log.mockRestore())
  expect((await runHere(words)).code).toBe(0)
  const text = log.mock.calls.map(([line]) => line).join('\n')
  log.mockRestore()
  return text
}

const offeredFor = async (...words: string[]) => {
  const lines = (await printedBy('complete', '--', ...words)).split('\n')
  return { offered: lines.slice(0, -1).map((line) => line.split('\t')[0]), mayBeFile: lines.at(-1) === ':0' }
}

test.each([
  [['wa'], ['wait', 'watch']],
  [
    ['get', ''],
    ['tyk', 'anaconda', 'loyaltydog', 'didomi'],
  ],
  [['get', 'd'], ['didomi']],
  [['start', 'lo'], ['loyaltydog']],
  [['wait', 'tyk', 'ID', '--pro'], ['--progress']],
  [
    ['wait', 'tyk', 'ID', '--progress', ''],
    ['auto', 'plain', 'none'],
  ],
  [['start', 'tyk', '--source-type', 'l'], ['llm']],
  [['help', 'exit'], ['exit-codes']],
  [['help', 'comp'], ['completion']],
  [['help', 'v'], ['version']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['get', 'tyk', 'ID', '--base-url', ''], []],
  [['download', 'tyk', ''], []],
])('what may follow %j is %j', async (words, offered) => {
  expect(await offeredFor(...words)).toEqual({ offered, mayBeFile: false })
})

test.each([
  [['download', 'tyk', 'ID', '']],
  [['download', 'tyk', '--timeout', '5s', 'ID', './out']],
  [['start', 'tyk', '--download', '']],
  [['wait', '--vendor', './ac']],
  [['wait', 'tyk', 'ID', '--remember', '']],
])('a file may follow %j', async (words) => {
  expect(await offeredFor(...words)).toEqual({ offered: [], mayBeFile: true })
})

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test.each(['bash', 'zsh', 'fish'])('the script for %s is one that it can read', async (shell) => {
  const script = await printedBy('completion', shell)
  expect(script).toContain('export-jobs complete --')
  const folder = makeFolder()
  const path = join(folder, 'script')
  writeFileSync(path, script)
  const { status, stderr, error } = spawnSync(shell, ['-n', path], { encoding: 'utf8' })
  // A shell that is not installed cannot say so.
  if (!error) expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test('bash hands on the words of an unfinished line as they are, and runs nothing of them', async () => {
  const folder = makeFolder()
  writeFileSync(join(folder, 'script'), await printedBy('completion', 'bash'))
  const program = [
    '#!/bin/sh',
    `printf '%s\\n' "$@" > words`,
    `printf '%s\\n' 'tyk\tTyk' 'didomi\tDidomi' ':0'`,
  ]
  writeFileSync(join(folder, 'export-jobs'), program.join('\n'), { mode: 0o755 })
  const words = ['wait', '$(touch run)', '`touch run`', '"a b', '; touch run', 'd']
  const line = [
    // Read again, as by a second `. ~/.bashrc`.
    '. ./script',
    '. ./script',
    'COMP_WORDS=(export-jobs "$@")',
    'COMP_CWORD=$#',
    '__export_jobs_complete',
    'echo "$COMPREPLY"',
  ].join('\n')
  const { stdout, stderr, error } = spawnSync('bash', ['--norc', '-c', line, 'bash', ...words], {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: `${folder}:${process.env.PATH}` },
  })
  if (error) return
  expect({ stdout, stderr }).toEqual({ stdout: 'didomi\n', stderr: '' })
  expect(readFileSync(join(folder, 'words'), 'utf8').split('\n').slice(0, -1)).toEqual([
    'complete',
    '--',
    ...words,
  ])
  expect(existsSync(join(folder, 'run'))).toBe(false)
})

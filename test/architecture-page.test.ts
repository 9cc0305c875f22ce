import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources, resolveImport, root } from './support/sources.ts'

const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const sources = readSources()
const roomOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : path)

// By file and by room: `wait/poll-once.ts wait/poll.ts`, `vendors/ vendor/`.
const imports = new Set(
  sources.flatMap(({ path, imports }) =>
    imports.flatMap((specifier) => {
      const target = resolveImport(path, specifier)
      return [`${path} ${target}`, `${roomOf(path)} ${roomOf(target)}`]
    }),
  ),
)
const files = new Set(sources.map(({ path }) => path))
const arrows = [...page.matchAll(/^ {2}(\S+) (-->|-\.->)(?:\|[^|]+\|)? (\S+)$/gm)].map(
  ([, from = '', kind, to = '']) => ({ from, to, isImport: kind === '-->' }),
)

test('every arrow of the diagrams is an import', () => {
  expect(arrows.length).toBeGreaterThan(30)
  const wrong = arrows.filter(({ from, to, isImport }) => isImport && !imports.has(`${from} ${to}`))
  expect(wrong).toEqual([])
})

test('every file that the diagrams name exists', () => {
  const named = arrows.flatMap(({ from, to }) => [from, to]).filter((name) => name.endsWith('.ts'))
  expect(named.filter((name) => !files.has(name))).toEqual([])
})

test('every part is in the first diagram', () => {
  const shown = new Set(arrows.flatMap(({ from, to }) => [from, to]))
  expect([...new Set([...files].map(roomOf))].filter((room) => !shown.has(room))).toEqual([])
})

test('every function that an arrow names is in the file that calls it', () => {
  const calls = [...page.matchAll(/^ {2}(\S+) -\S+\|([\w.]+)[^|]*\| (\S+)$/gm)]
  const textOf = (path: string) => sources.find((each) => each.path === path)?.text
  expect(calls.length).toBeGreaterThan(10)
  for (const [arrow, from = '', name = ''] of calls) {
    const last = name.split('.').at(-1) as string
    if (from === 'http/openapi-client.ts' || from === 'http/download.ts')
      expect(textOf(from)).toMatch(/fetch/i)
    else expect(textOf(from), arrow).toMatch(new RegExp(`\\b${last}\\b`))
  }
})

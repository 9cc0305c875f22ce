import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { root } from '../support/readme-programs.ts'
import { pages, readPage } from '../support/samples.ts'

const source = (path: string) => readFileSync(join(root, 'src', path), 'utf8')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const readme = readPage('README.md')

test('the README is short enough to be read', () =>
  expect(statSync(join(root, 'README.md')).size).toBeLessThanOrEqual(13_000))

/** What a heading of GitHub is found by. */
const anchorsOf = (markdown: string) =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )

test.each([...pages, 'AGENTS.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'])(
  '%s: every link leads somewhere',
  (page) => {
    const text = readPage(page)
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)]
    for (const target of links.map(([, link, image]) => (link ?? image) as string)) {
      if (/^https:|^data:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : posix.join(dirname(page), path)
      expect(existsSync(join(root, file)), target).toBe(true)
      if (anchor !== undefined) expect(anchorsOf(readPage(file)), target).toContain(anchor)
    }
  },
)

test('every page of docs/ can be reached from the README', () => {
  const reached = new Set(['README.md'])
  for (const page of reached) {
    for (const [, target = ''] of readPage(page).matchAll(/\]\(([^)#\s]+\.md)[^)]*\)/g)) {
      if (!target.startsWith('https:')) reached.add(posix.join(dirname(page), target))
    }
  }
  expect(pages.filter((page) => !reached.has(page))).toEqual([])
})

/** The rows of the tables of a page. */
const rowsOf = (page: string) =>
  readPage(page)
    .split('\n')
    .filter((line) => line.startsWith('| '))

describe('options', () => {
  const text = readPage('docs/options.md')

  test.each([
    ['wait-options.ts', 'WaitOptions', 'Wait options'],
    ['http/client-options.ts', 'ClientOptions', 'Client options'],
    ['node/download-options.ts', 'DownloadToFileOptions', 'Download options'],
  ])('every option of %s is in the table, with its default, and no other', (path, name, heading) => {
    const section = text.slice(text.indexOf(`\n## ${heading}\n`)).split(/\n## /)[1] as string
    const [, body = ''] =
      new RegExp(`interface ${name}\\b[^{]*\\{\n([^}]*(?:\\{[^}]*\\}[^}]*)*?)\n\\}\n`).exec(source(path)) ??
      []
    const options = [...body.matchAll(/\/\*\*([^/]*(?:\/(?<!\*\/)[^/]*)*)\*\/\n {2}readonly (\w+)\??:/g)]
    const documented = [...section.matchAll(/^\| `(\w+)` +\|/gm)].map(([, option]) => option)
    expect(documented.sort()).toEqual(options.map(([, , option]) => option).sort())
    for (const [, comment = '', option] of options) {
      const row = section.split('\n').find((line) => line.startsWith(`| \`${option}\``))
      const [, value] = /Default `?('[\w]+'|\d\w*|true|false)`?[.:]/.exec(comment) ?? []
      if (value !== undefined) expect(row).toContain(`\`${value}\``)
    }
  })
})

test('every code, reason and class of error is on its page', () => {
  const page = readPage('docs/errors.md')
  const errors = source('errors.ts') + source('wait-errors.ts')
  const unions = errors.matchAll(/export type \w+(?:Code|Reason) =([^/]*?)\n\n/g)
  const words = [...unions].flatMap(([, union = '']) => union.match(/'[\w-]+'/g) ?? [])
  expect(words.length).toBeGreaterThan(20)
  for (const word of words) expect(page).toContain(`\`${word.slice(1, -1)}\``)
  for (const [, name] of errors.matchAll(/export class (\w+)/g)) expect(page).toContain(`\`${name}\``)
})

test('the statuses of a job are those of the type', () => {
  const [, union = ''] = /export type ExportStatus =(.+)/.exec(source('job.ts')) ?? []
  const statuses = [...union.matchAll(/'(\w+)'/g)].map(([, status]) => status)
  expect(statuses.length).toBeGreaterThan(5)
  const rows = rowsOf('docs/vendors.md').flatMap((row) => /^\| `(\w+)` +\|/.exec(row)?.[1] ?? [])
  for (const status of statuses) expect(rows).toContain(status)
})

test.skipIf(!pages.includes('docs/cli.md'))('exit codes are those of the command', () => {
  const rows = rowsOf('docs/cli.md').flatMap((row) => /^\| `?(\d+)`? +\|/.exec(row)?.[1] ?? [])
  for (const code of Object.values(exitCodes)) expect(rows).toContain(String(code))
})

test('versions, dependencies and entries are those of package.json', () => {
  expect(manifest.engines.node).toBe('>=20')
  expect(readme).toContain('Node 20 or later')
  expect(manifest.dependencies).toBeUndefined()
  expect(manifest.peerDependencies.msw).toBe('^2.15.0 || ^3.0.0')
  const all = pages.map(readPage).join('\n')
  const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json')
  const names = entries.map((entry) => `export-jobs${entry.slice(1)}`)
  expect(names.filter((name) => !all.includes(name))).toEqual([])
})

test.each(pages)('%s: every script that it names exists', (page) => {
  for (const [, script = ''] of readPage(page).matchAll(/`npm run ([\w:]+)/g))
    expect(manifest.scripts).toHaveProperty([script])
})

test('nothing imports from Node that should not', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const importers = files.filter((file) => file.endsWith('.ts') && /from 'node:/.test(source(file)))
  expect(importers.filter((file) => !/^(?:node|testing|cli|bullmq)\b/.test(file))).toEqual([])
})

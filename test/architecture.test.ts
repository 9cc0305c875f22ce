import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Source {
  /** Below src/, with slashes. */
  readonly path: string
  readonly lines: number
  readonly imports: readonly string[]
}

const sources: Source[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(root, 'src', path), 'utf8')
    return {
      path: relative('.', path).replaceAll('\\', '/'),
      lines: text.trimEnd().split('\n').length,
      imports: importsOf(text),
    }
  })

/** Static, side-effect, dynamic and type imports, and re-exports; none that stands in a comment. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const forms = [
    /^\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\s*\(\s*['"]([^'"]+)['"]/g,
    /\brequire\s*\(\s*['"]([^'"]+)['"]/g,
  ]
  return forms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1] as string))
}

/** An import as a path below src/ ('../generated/…' beside it), or the package's name as it is. */
const resolve = (from: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier

const model = ['job.ts', 'errors.ts']
// The small rooms that everybody may use: duration, clock, client, guard, abort and their like.
const ground = sources
  .map(({ path }) => path)
  .filter((path) => !path.includes('/') && path !== 'index.ts' && !model.includes(path))
const vendors = ['tyk', 'anaconda', 'loyaltydog', 'didomi']
const below = [...ground, ...model]

/** What the files of a room may import, of this package: exact paths, or folders that end in a slash. */
function allowed(path: string): string[] {
  if (path === 'job.ts') return []
  if (path === 'errors.ts') return ['job.ts']
  if (ground.includes(path)) return below
  const room = path.split('/')[0]
  switch (room) {
    case 'index.ts':
      return [...below, 'wait/', 'http/', 'records/']
    case 'wait':
      return [...below, 'wait/']
    case 'http':
      return [...below, 'http/', '../generated/']
    case 'records':
      return [...below, 'http/', 'records/']
    case 'vendors':
      return [...below, 'http/', '../generated/', 'vendors/common/']
    case 'node':
      return [...below, 'wait/', 'http/', 'records/', 'vendors/', 'node/', '../generated/']
    case 'testing':
      return [...below, 'wait/', 'http/', 'vendors/', 'testing/', '../generated/']
    case 'cli':
      return [
        'cli/',
        'index.ts',
        ...vendors.map((name) => `vendors/${name}.ts`),
        'testing/index.ts',
        'node/index.ts',
      ]
    default:
      return []
  }
}

const isAllowed = (path: string, target: string): boolean =>
  allowed(path).some((entry) => (entry.endsWith('/') ? target.startsWith(entry) : target === entry))

const isOwn = (specifier: string) => specifier.startsWith('.') || specifier.startsWith('export-jobs')

test('there is something to look at', () => {
  const paths = sources.map(({ path }) => path)
  for (const path of ['index.ts', ...below, 'wait/wait-for-completion.ts', ...vendors.map((name) => `vendors/${name}.ts`)]) {
    expect(paths).toContain(path)
  }
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(100)
})

test('every form of import is seen, and none in a comment', () => {
  const text = [
    `import { a } from './a.ts'`,
    `import type { b,`,
    `  c } from './b.ts'`,
    `export * from './c.ts'`,
    `import './d.ts'`,
    `const e = await import('./e.ts')`,
    `type F = import('./f.ts').F`,
    `/** import { g } from './g.ts' */`,
    `// import { h } from './h.ts'`,
    `const i = require('./i.ts')`,
  ].join('\n')
  expect(importsOf(text).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'i'].map((name) => `./${name}.ts`))
})

describe.each(sources)('src/$path', ({ path, lines, imports }) => {
  test('imports only from the floors below', () => {
    const wrong = imports.filter(
      (specifier) => isOwn(specifier) && !isAllowed(path, resolve(path, specifier)),
    )
    expect(wrong).toEqual([])
  })

  test('imports sources by their full name', () => {
    expect(imports.filter((specifier) => specifier.startsWith('.') && !specifier.endsWith('.ts'))).toEqual([])
  })

  test('imports of Node only where Node is', () => {
    if (/^(?:node|cli|testing)\//.test(path)) return
    expect(
      imports.filter((specifier) => /^(?:node:|fs$|path$|crypto$|buffer$|stream$)/.test(specifier)),
    ).toEqual([])
  })

  test('is small', () => expect(lines).toBeLessThanOrEqual(260))
})

test('the model and the errors need no package at all, nor do the ground rooms and the wait', () => {
  const bare = sources.filter(({ path }) => below.includes(path) || path.startsWith('wait/'))
  expect(bare.flatMap(({ imports }) => imports.filter((specifier) => !isOwn(specifier)))).toEqual([])
})

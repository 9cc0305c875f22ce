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

const vendors = ['tyk', 'anaconda', 'loyaltydog', 'didomi']
/** The ground floor: the model, and the small files that everybody may use. */
const ground = ['job.ts', 'errors.ts', 'wait-errors.ts', 'client.ts', 'duration.ts', 'clock.ts']
const small = [...ground, 'internal/']
const library = [...small, 'wait/', 'http/', 'vendor/', 'records/', '../generated/', '../specs/']

/** What each room may import beside itself, of this package: files, or rooms that end in a slash. */
const floors: Record<string, readonly string[]> = {
  'job.ts': [],
  'errors.ts': [],
  'wait-errors.ts': ['job.ts', 'errors.ts'],
  'client.ts': ground,
  'duration.ts': ground,
  'clock.ts': ground,
  internal: ground,
  wait: small,
  http: small,
  vendor: [...small, 'http/'],
  // Never one vendor from another.
  vendors: [...small, 'wait/', 'http/', 'vendor/', '../generated/', '../specs/'],
  records: [...small, 'http/', 'vendor/'],
  node: library,
  bullmq: library,
  testing: library,
  'index.ts': [...small, 'wait/', 'http/', 'vendor/', 'records/'],
  cli: [
    'index.ts',
    'duration.ts',
    ...vendors.map((name) => `vendors/${name}.ts`),
    'node/index.ts',
    'testing/index.ts',
  ],
}

function allowed(path: string): readonly string[] {
  const room = path.split('/')[0] as string
  const vendor = /^vendors\/([a-z]+)/.exec(path)?.[1]
  const own = vendor ? [`vendors/${vendor}.ts`, `vendors/${vendor}-`] : path.includes('/') ? [`${room}/`] : []
  return [...own, ...(floors[room] ?? [])]
}

const isAllowed = (path: string, target: string): boolean =>
  allowed(path).some((entry) => (/[/-]$/.test(entry) ? target.startsWith(entry) : target === entry))

const isOwn = (specifier: string) => specifier.startsWith('.') || specifier.startsWith('export-jobs')

test('there is something to look at', () => {
  const paths = sources.map(({ path }) => path)
  for (const path of [
    'index.ts',
    ...ground,
    'wait/wait-for-completion.ts',
    ...vendors.map((name) => `vendors/${name}.ts`),
  ]) {
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
    if (/^(?:node|bullmq|cli|testing)\//.test(path)) return
    expect(
      imports.filter((specifier) => /^(?:node:|fs$|path$|crypto$|buffer$|stream$)/.test(specifier)),
    ).toEqual([])
  })

  test('is small', () => expect(lines).toBeLessThanOrEqual(220))
})

test('the ground floor, the small tools and the wait need no package, but one for a hash', () => {
  const bare = sources.filter(({ path }) => ground.includes(path) || /^(?:internal|wait)\//.test(path))
  expect(bare.flatMap(({ imports }) => imports.filter((specifier) => !isOwn(specifier)))).toEqual([
    '@noble/hashes/sha2.js',
  ])
})

test('what the entries share has no name twice: one file holds it all', () => {
  const rooms = /^(?:[^/]+|(?:internal|wait|http|vendor|records)\/[^/]+)$/
  const names = sources
    .filter(({ path }) => rooms.test(path) && path !== 'index.ts')
    .flatMap(({ path }) =>
      [...readFileSync(join(root, 'src', path), 'utf8').matchAll(declaration)].map((match) => match[1]),
    )
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

const declaration = /^export (?:async )?(?:function\*? ?|const |class |let )(\w+)/gm

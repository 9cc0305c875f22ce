import { describe, expect, test } from 'vitest'
import { importsOf, readSources, resolveImport, withoutComments } from './support/sources.ts'

const sources = readSources()

const vendors = ['tyk', 'anaconda', 'loyaltydog', 'didomi']
/** The lowest layer: the model, and the small files that everybody may use. */
const ground = ['job.ts', 'errors.ts', 'wait-errors.ts', 'client.ts', 'duration.ts', 'clock.ts']
const small = [...ground, 'internal/']
/** What is read of a job, and what is kept of one. */
const model = [...small, 'duration-history.ts', 'read-job.ts', 'summary.ts', 'wait-options.ts']
const library = [...model, 'wait/', 'http/', 'vendor/', 'records/', '../generated/', '../specs/']

/** What each room may import beside itself, of this package: files, or rooms that end in a slash. */
const layers: Record<string, readonly string[]> = {
  'job.ts': [],
  'errors.ts': [],
  'wait-errors.ts': ['job.ts', 'errors.ts'],
  'client.ts': ground,
  'duration.ts': ground,
  'clock.ts': ground,
  'duration-history.ts': small,
  'read-job.ts': small,
  'summary.ts': [...small, 'read-job.ts'],
  'wait-options.ts': ground,
  internal: ground,
  wait: model,
  http: small,
  vendor: [...small, 'read-job.ts', 'http/'],
  // Never one vendor from another, and nothing of the house that a user's own vendor cannot have: what is public of a
  // wait is held by name below.
  vendors: [
    'vendor/index.ts',
    'vendor/public-types.ts',
    'wait/',
    'wait-errors.ts',
    'wait-options.ts',
    '../generated/',
    '../specs/',
  ],
  records: [...small, 'http/', 'vendor/'],
  node: library,
  bullmq: library,
  testing: library,
  'index.ts': [...model, 'wait/', 'http/', 'vendor/', 'records/'],
  cli: [
    'index.ts',
    'duration.ts',
    'errors.ts',
    'internal/describe-thrown.ts',
    ...vendors.map((name) => `vendors/${name}.ts`),
    'vendor/index.ts',
    'node/index.ts',
    'testing/index.ts',
  ],
}

function allowed(path: string): readonly string[] {
  const room = path.split('/')[0] as string
  const vendor = /^vendors\/([a-z]+)/.exec(path)?.[1]
  const own = vendor ? [`vendors/${vendor}.ts`, `vendors/${vendor}-`] : path.includes('/') ? [`${room}/`] : []
  return [...own, ...(layers[room] ?? [])]
}

const isAllowed = (path: string, target: string): boolean =>
  allowed(path).some((entry) => (/[/-]$/.test(entry) ? target.startsWith(entry) : target === entry))

const isOwn = (specifier: string) => specifier.startsWith('.') || specifier.startsWith('export-jobs')

const importedNames = /^(?:import|export) (?:type )?\{([^}]*)\} from '([^']+)'/gm

test('a vendor uses nothing that a user cannot have', () => {
  const face = sources.find(({ path }) => path === 'index.ts')?.text ?? ''
  const namesIn = (list: string) => list.split(',').map((name) => name.replace('type ', '').trim())
  const exported = new Set([...face.matchAll(importedNames)].flatMap(([, list = '']) => namesIn(list)))
  const waits = sources
    .filter(({ path }) => path.startsWith('vendors/'))
    .flatMap(({ text }) => [...text.matchAll(importedNames)])
    .filter(([, , from = '']) => from.startsWith('../wait'))
    .flatMap(([, list = '']) => namesIn(list))
  expect(waits).toContain('waitForCompletion')
  expect(waits.filter((name) => !exported.has(name))).toEqual([])
})

test('the sources are found', () => {
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
  test('imports only from the layers below', () => {
    const wrong = imports.filter(
      (specifier) => isOwn(specifier) && !isAllowed(path, resolveImport(path, specifier)),
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

test('the lowest layer, the small tools and the wait need no package, but one for a hash', () => {
  const bare = sources.filter(({ path }) => ground.includes(path) || /^(?:internal|wait)\//.test(path))
  expect(bare.flatMap(({ imports }) => imports.filter((specifier) => !isOwn(specifier)))).toEqual([
    '@noble/hashes/sha2.js',
  ])
})

test('what the entries share has no name twice: one file holds it all', () => {
  const rooms = /^(?:[^/]+|(?:internal|wait|http|vendor|records)\/[^/]+)$/
  const names = sources
    .filter(({ path }) => rooms.test(path) && path !== 'index.ts')
    .flatMap(({ text }) => [...text.matchAll(declaration)].map((match) => match[1]))
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

const declaration = /^export (?:async )?(?:function\*? ?|const |class |let )(\w+)/gm

/** Rules of AGENTS.md that a line of code can break: what must not stand in which files. */
const rules: [rule: string, forbidden: RegExp, where: RegExp][] = [
  ['no `any` to silence the compiler', /\bas any\b|@ts-(?:ignore|expect-error|nocheck)/, /./],
  [
    'types that erase: no enums, namespaces or parameter properties',
    /^\s*(?:export )?(?:const )?(?:enum|namespace) |constructor\([^)]*\b(?:private|public|protected|readonly) /m,
    /./,
  ],
  ['no default exports', /^export default\b/m, /./],
  [
    'no globals of Node below the rooms that need it',
    /\b(?:process|Buffer|__dirname|__filename|setImmediate)\b[.(]/,
    /^(?!(?:node|bullmq|testing|cli)\/)/,
  ],
  [
    'time comes from the Clock',
    /\bset(?:Timeout|Interval)\(|\bAbortSignal\.timeout\(/,
    /^(?!internal\/|testing\/|cli\/|node\/file-lock\.ts|http\/(?:guard-body|read-body)\.ts)/,
  ],
  ['no types that only the DOM library has', /\b(?:RequestInfo|HeadersInit|BufferSource)\b/, /./],
  ['only the command prints', /\bconsole\./, /^(?!cli\/)/],
  ['nothing is evaluated', /\beval\(|\bnew Function\(/, /./],
]

test.each(rules)('%s', (_, forbidden, where) => {
  const wrong = sources.filter(({ path, text }) => where.test(path) && forbidden.test(withoutComments(text)))
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('files that take options of a user read them through copyOwn', () => {
  const readers = sources.filter(({ path }) => ['wait/wait.ts', 'http/client-options.ts'].includes(path))
  expect(readers).toHaveLength(2)
  for (const { path, text } of readers) expect(text, path).toContain('copyOwn(')
})

test('nothing that jsdom lacks is needed to load a file', () => {
  const atImport =
    /^(?:export )?(?:const|let) \w+ = new (?:TextDecoder|TextEncoder|Headers|Response|Request)\b|^class .* extends (?:Response|Request|Headers)\b/m
  const wrong = sources.filter(({ text }) => atImport.test(text))
  expect(wrong.map(({ path }) => path)).toEqual([])
})

import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { entriesOf, type Manifest } from './manifest.ts'

/** What a file imports, requires or references, in whichever way. */
function specifiersOf(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false)
  const found = source.typeReferenceDirectives.map((directive) => directive.fileName)
  const add = (node: ts.Node | undefined) => {
    if (node && ts.isStringLiteralLike(node)) found.push(node.text)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isExternalModuleReference(node)) add(node.expression)
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined)
    else if (ts.isCallExpression(node)) {
      // A bundler calls its own `require` by other names: `__require('x')`.
      const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword
      const isRequire = ts.isIdentifier(node.expression) && /^_*require\d*$/.test(node.expression.text)
      if (isImport || isRequire) add(node.arguments[0])
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Packages and builtins that a file reaches over all its chunks: `specifier (in file)`. */
async function reachedFrom(
  file: string,
  folder: string,
  seen = new Set<string>(),
): Promise<Map<string, string>> {
  const reached = new Map<string, string>()
  if (seen.has(file)) return reached
  seen.add(file)
  for (const specifier of specifiersOf(file, await readFile(file, 'utf8'))) {
    if (!specifier.startsWith('.')) {
      reached.set(specifier, relative(folder, file))
      continue
    }
    const target = join(dirname(file), specifier)
    // A declaration names the script beside which the next declaration lies.
    const next = /\.d\.c?ts$/.test(file) ? target.replace(/\.(c?)js$/, '.d.$1ts') : target
    for (const [name, where] of await reachedFrom(next, folder, seen)) reached.set(name, where)
  }
  return reached
}

// Where Node itself and an optional peer may be used; everywhere else only what fetch runs on.
const nodeEntries = ['./node', './testing']
const peers: Readonly<Record<string, readonly string[]>> = { './testing': ['msw'], './bullmq': ['bullmq'] }
// The declarations reach no peer, as whoever compiles may not have it, but for what its entry is made of.
const typePeers: typeof peers = { './bullmq': ['bullmq'] }

/** Entries, and bins, that reach a package or a part of Node that they may not need. */
export async function findStrayImports(
  folder: string,
  manifest: Manifest,
  kind: 'default' | 'types',
): Promise<string[]> {
  const dependencies = Object.keys(manifest.dependencies ?? {})
  const withPeers = [...dependencies, ...Object.keys(manifest.peerDependencies ?? {})]
  const entries = entriesOf(manifest).flatMap(({ path, import: esm, require: cjs }) =>
    [esm, cjs].map((target) => ({
      path,
      file: target[kind],
      packages: [...dependencies, ...((kind === 'default' ? peers : typePeers)[path] ?? [])],
      // Not even the declarations of the Node entries: whoever reads them may have no @types/node.
      builtins: kind === 'default' && nodeEntries.includes(path),
    })),
  )
  const bins = Object.entries(manifest.bin).map(([path, file]) => {
    return { path: `bin ${path}`, file, packages: withPeers, builtins: true }
  })
  const problems: string[] = []
  for (const { path, file, packages, builtins } of kind === 'types' ? entries : [...entries, ...bins]) {
    for (const [name, where] of await reachedFrom(join(folder, file), folder)) {
      const allowed = isBuiltin(name) ? builtins : packages.includes(name)
      if (!allowed) problems.push(`${path} reaches ${name}, in ${where}`)
    }
  }
  return problems
}

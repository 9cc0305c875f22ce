import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import ts from 'typescript'
import type { Manifest } from './manifest.ts'
import { followAlias, readPublicFace } from './public-face.ts'

// What openapi-typescript calls the types of a spec: each vendor has names of its own for what matters of them.
const generated = ['paths', 'components', 'operations', 'webhooks', '$defs']
const bundled = ['openapi-fetch', 'openapi-typescript-helpers']

/** Types that a public signature names and that cannot be imported from the entry that shows it. */
export async function findHiddenTypes(root: string, folder: string, manifest: Manifest): Promise<string[]> {
  const foreign = new Set(generated)
  for (const name of bundled) {
    const text = await readFile(join(root, `node_modules/${name}/dist/index.d.mts`), 'utf8')
    for (const [, type = ''] of text.matchAll(/^(?:export )?(?:declare )?(?:type|interface) (\w+)/gm))
      foreign.add(type)
  }
  // Of these two a name is ours as well: it has to be there all the same.
  for (const own of ['ClientOptions']) foreign.delete(own)

  const { checker, entries } = readPublicFace(folder, manifest)
  return entries.flatMap(({ path, symbols }) => {
    const hidden = new Map<string, string>()
    for (const symbol of symbols)
      for (const named of namedBy(checker, symbol)) {
        const isOurs = named.declarations?.some((each) =>
          isBelow(join(folder, 'dist'), each.getSourceFile().fileName),
        )
        if (isOurs && !symbols.includes(named) && !foreign.has(named.name))
          hidden.set(named.name, symbol.name)
      }
    return [...hidden].map(([name, by]) => `${path} does not export ${name}, which ${by} names`)
  })
}

const isBelow = (folder: string, file: string) => !relative(folder, file).startsWith('..')

/** The types that the declarations of a symbol name, type parameters left out. */
function namedBy(checker: ts.TypeChecker, symbol: ts.Symbol): Set<ts.Symbol> {
  const named = new Set<ts.Symbol>()
  const visit = (node: ts.Node): void => {
    // What is private cannot be named from outside.
    if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(isPrivate)) return
    const name = nameIn(node)
    const found = name && checker.getSymbolAtLocation(name)
    // What an interface gives a name to need not have one of its own.
    const isRenamed =
      found && ts.isExpressionWithTypeArguments(node) && found.flags & ts.SymbolFlags.TypeAlias
    const isNamed = found && !isRenamed && !(found.flags & ts.SymbolFlags.TypeParameter)
    if (isNamed) named.add(followAlias(checker, found))
    ts.forEachChild(node, visit)
  }
  for (const declaration of symbol.declarations ?? []) ts.forEachChild(declaration, visit)
  return named
}

const isPrivate = ({ kind }: ts.ModifierLike) => kind === ts.SyntaxKind.PrivateKeyword

function nameIn(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName
  if (ts.isExpressionWithTypeArguments(node)) return node.expression
  return ts.isTypeQueryNode(node) ? node.exprName : undefined
}

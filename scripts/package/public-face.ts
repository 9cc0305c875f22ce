import { join } from 'node:path'
import ts from 'typescript'
import { entriesOf, type Manifest } from './manifest.ts'

const options: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
}

/** The declarations that the build wrote, as TypeScript sees them. */
export interface PublicFace {
  readonly checker: ts.TypeChecker
  readonly entries: readonly {
    /** `.`, `./tyk` and so on. */
    readonly path: string
    /** What it exports, by the name it was declared with. */
    readonly symbols: readonly ts.Symbol[]
  }[]
}

/**
 * Reads what each entry exports.
 *
 * @param folder - where the package is, with `dist/` built
 * @throws Error if an entry has no declarations
 */
export function readPublicFace(folder: string, manifest: Manifest): PublicFace {
  const files = entriesOf(manifest).map(({ path, import: esm }) => ({ path, file: join(folder, esm.types) }))
  const program = ts.createProgram(
    files.map(({ file }) => file),
    options,
  )
  const checker = program.getTypeChecker()
  const entries = files.map(({ path, file }) => {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    if (!module) throw new Error(`${file} exports nothing: npm run build`)
    return { path, symbols: checker.getExportsOfModule(module).map((symbol) => followAlias(checker, symbol)) }
  })
  return { checker, entries }
}

/** Where an import or a re-export leads. */
export function followAlias(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

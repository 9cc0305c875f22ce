import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { root } from './support/sources.ts'

const entries = [
  'index.ts',
  'vendor/index.ts',
  'node/index.ts',
  'bullmq/index.ts',
  'testing/index.ts',
].concat(['tyk', 'anaconda', 'loyaltydog', 'didomi'].map((vendor) => `vendors/${vendor}.ts`))
const paths = entries.map((entry) => join(root, 'src', entry))
const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config.compilerOptions
const program = ts.createProgram(paths, ts.convertCompilerOptionsFromJson(config, root).options)
const checker = program.getTypeChecker()

const isDocumented = (symbol: ts.Symbol) =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== ''

/** What an entry exports, without the aliases through which it does. */
function exportsOf(path: string): ts.Symbol[] {
  const module = checker.getSymbolAtLocation(program.getSourceFile(path) as ts.SourceFile) as ts.Symbol
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
}

/** The functions among them that take something. */
const parametersOf = (symbol: ts.Symbol): readonly ts.ParameterDeclaration[] =>
  (symbol.declarations ?? []).filter(ts.isFunctionDeclaration).flatMap(({ parameters }) => [...parameters])

describe.each(entries)('src/%s', (entry) => {
  const symbols = exportsOf(join(root, 'src', entry))

  test('every export says what it is for', () => {
    expect(symbols.length).toBeGreaterThan(2)
    expect(symbols.filter((symbol) => !isDocumented(symbol)).map(({ name }) => name)).toEqual([])
  })

  test('every option is explained', () => {
    const options = symbols.filter(
      ({ name, flags }) => /Options$/.test(name) && flags & ts.SymbolFlags.Interface,
    )
    const members = options.flatMap((symbol) =>
      [...(symbol.members?.values() ?? [])]
        .filter(({ flags }) => flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Method))
        .map((member) => ({
          name: `${symbol.name}.${member.name}`,
          member,
        })),
    )
    expect(members.filter(({ member }) => !isDocumented(member)).map(({ name }) => name)).toEqual([])
  })

  test('every function with parameters explains them, and what it returns or throws', () => {
    const functions = symbols.filter((symbol) => parametersOf(symbol).length > 0)
    const lacking = functions.filter((symbol) => {
      const tags = new Set(symbol.getJsDocTags(checker).map(({ name }) => name))
      return (
        symbol.name !== 'isExportJobsError' &&
        !(tags.has('param') && (tags.has('throws') || tags.has('returns')))
      )
    })
    expect(lacking.map(({ name }) => name)).toEqual([])
  })
})

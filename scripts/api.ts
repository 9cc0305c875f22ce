import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { readManifest } from './package/manifest.ts'
import { type PublicFace, readPublicFace } from './package/public-face.ts'

// npm run api writes down what each entry exports; npm run api:check fails when dist/ exports anything else, so that
// the public types change only on purpose.
const root = fileURLToPath(new URL('..', import.meta.url))
const printer = ts.createPrinter({ removeComments: true })

/** One entry as text. What the main entry exports as well is declared there only. */
function describe({ path, symbols }: PublicFace['entries'][number], main: readonly ts.Symbol[]): string {
  const isShared = (symbol: ts.Symbol) => path !== '.' && main.includes(symbol)
  const byName = [...symbols].sort((first, second) => (first.name < second.name ? -1 : 1))
  const shared = byName.filter(isShared).map(({ name }) => `  ${name},\n`)
  const own = byName.filter((symbol) => !isShared(symbol)).flatMap(print)
  const first = shared.length > 0 ? [`export {\n${shared.join('')}} from 'export-jobs'`] : []
  return `// Written by npm run api.\n\n${[...first, ...own].join('\n\n')}\n`
}

function print(symbol: ts.Symbol): string[] {
  return (symbol.declarations ?? []).map((declaration) => {
    // Of a variable, `const` stands two nodes above.
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
    return printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile())
  })
}

const { entries } = readPublicFace(root, await readManifest(root))
const main = entries.find(({ path }) => path === '.')?.symbols ?? []
await mkdir(join(root, 'api'), { recursive: true })
for (const entry of entries) {
  const file = `api/${entry.path === '.' ? 'index' : entry.path.slice('./'.length)}.d.ts`
  const text = describe(entry, main)
  if (!process.argv.includes('--check')) await writeFile(join(root, file), text)
  else if ((await readFile(join(root, file), 'utf8').catch(() => '')) !== text) {
    console.error(`${file} is not what dist/ exports. If that is meant: npm run api`)
    process.exitCode = 1
  }
}

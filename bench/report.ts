import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** A table of the documentation: it stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. */
export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What one part found out. */
export interface Result {
  /** How often everything was measured, in turns. */
  readonly rounds: number
  /** Everything that was measured. */
  readonly data: unknown
  readonly tables: Readonly<Record<string, Table>>
}

// All parts run in the package's root.
const folder = 'bench/results'
const pages = ['docs/performance.md', 'docs/polling.md', 'docs/reliability.md']

/** Keeps what a part found out, and shows it. */
export function save(part: string, { rounds, tables, data }: Result): void {
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString().slice(0, 10)
  const result = { part, node: process.version, date, rounds, tables, data }
  writeFileSync(`${folder}/${part}.json`, `${JSON.stringify(result, undefined, 1)}\n`)
  for (const table of Object.values(tables)) console.log(`\n${toMarkdown(table)}`)
}

/** Writes the tables of all results into the documentation. */
export function writeTables(): void {
  const results = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')))
  for (const page of pages) {
    let text = readFileSync(page, 'utf8')
    for (const { tables, node, date, rounds } of results) {
      for (const [name, table] of Object.entries<Table>(tables)) {
        const between = new RegExp(`(<!-- bench:${name} -->\n)[^]*?(<!-- /bench:${name} -->)`)
        const run = `Node ${node.slice(1)}, ${date}${rounds > 1 ? `, ${rounds} rounds` : ''}.`
        text = text.replace(
          between,
          (_, open, close) => `${open}\n${toMarkdown(table)}\n\n${run}\n\n${close}`,
        )
      }
    }
    writeFileSync(page, text)
  }
}

/** The table as it stands in the documentation. */
export function toMarkdown({ head, rows }: Table): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './readme-programs.ts'

/** A fenced block of a Markdown text. */
export interface Sample {
  /** The page it stands on, from the root of the repository. */
  page: string
  /** The language after the fence. */
  language: string
  code: string
  /** The page and the heading it stands under, `docs/options.md: Wait options`; with a number from the second one on. */
  name: string
  /** The line of the page it begins on. */
  line: number
  /** The file of this repository that it is, from the root: named by a comment above it. */
  file?: string
}

/** The pages that a user reads, from the root of the repository. */
export const pages: readonly string[] = [
  'README.md',
  'examples/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => `docs/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md'))
    .sort(),
]

/** The text of a page. */
export const readPage = (page: string): string => readFileSync(join(root, page), 'utf8')

/** Takes the fenced blocks out of a page. */
export function readSamples(page: string): Sample[] {
  const samples: Sample[] = []
  const counts = new Map<string, number>()
  let heading = ''
  let file: string | undefined
  let open: { language: string; lines: string[]; line: number } | undefined
  for (const [index, line] of readPage(page).split('\n').entries()) {
    if (open && line === '```') {
      const { language, lines } = open
      const count = (counts.get(`${language} ${heading}`) ?? 0) + 1
      counts.set(`${language} ${heading}`, count)
      const name = `${page}: ${heading}${count > 1 ? ` ${count}` : ''}`
      samples.push({
        page,
        language,
        code: `${lines.join('\n')}\n`,
        name,
        line: open.line,
        ...(file && { file }),
      })
      open = file = undefined
    } else if (open) open.lines.push(line)
    else if (line.startsWith('```')) open = { language: line.slice(3), lines: [], line: index + 2 }
    else {
      heading = /^#+ (.+)$/.exec(line)?.[1] ?? heading
      file = /^<!-- (\S+\.ts) -->$/.exec(line)?.[1] ?? file
    }
  }
  if (open) throw new Error(`The block of ${page} that begins on line ${open.line} has no end.`)
  return samples
}

/**
 * What the compiler is given for a sample. A fragment, which imports nothing, stands on a client and the id of an export.
 */
export const programOf = ({ code }: Sample): string =>
  isFragment({ code }) ? `${prelude}\n{\n${code}}\n` : code

export const isFragment = ({ code }: Pick<Sample, 'code'>): boolean => !/^import /m.test(code)

const prelude = `
import { type CompletedJob, Durations, pollOnce, records, startWait, waitForCompletion, waitKey, watch, type WaitState } from 'export-jobs'
import type { TykClient } from 'export-jobs/tyk'
declare const client: TykClient
declare const id: string
declare const ids: string[]
declare const state: WaitState<string>
declare const job: CompletedJob
declare const row: { kind: string; durations: number[] }
declare const redis: { get(key: string): Promise<string | null>; set(key: string, value: string): Promise<unknown> }
declare const sql: (query: TemplateStringsArray, ...values: unknown[]) => Promise<unknown>`

/** The words of each command of a block of shell, without what it is piped into and without a comment. */
export function readCommands({ code }: Sample): string[][] {
  return code
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => line.split('&&'))
    .map((command) => (command.split(/\||\s#/)[0] ?? '').trim().split(/\s+/))
    .filter(([first]) => first && first !== '#')
}

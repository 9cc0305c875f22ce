import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A page of Markdown. */
export interface Page {
  /** From the root of the repository and of the site. */
  readonly path: string
  readonly title: string
  /** Its first paragraph, as one line. */
  readonly summary: string
  readonly text: string
}

/** The pages of a user: the README first, then docs/. */
export function readPages(root: string): Page[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path.replaceAll('\\', '/')}`)
    .sort()
  return ['README.md', ...docs].map((path) => toPage(path, readFileSync(join(root, path), 'utf8')))
}

/** @returns the page of a path and a text */
export function toPage(path: string, text: string): Page {
  const [, title = path] = /^# (.+)$/m.exec(text) ?? []
  const paragraph = text.split(/\n{2,}/).find((block) => /^[A-Za-z`*[]/.test(block)) ?? ''
  return {
    path,
    title,
    text,
    summary: paragraph.replaceAll('\n', ' ').replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1'),
  }
}

/** The index for language models, as https://llmstxt.org has it. */
export function describeShortly(description: string, pages: readonly Page[]): string {
  const lines = pages.map(({ path, title, summary }) => `- [${title}](${path}): ${summary}`)
  return `# export-jobs\n\n> ${description}\n\n## Pages\n\n${lines.join('\n')}\n`
}

/** All pages in one text. */
export const describeFully = (pages: readonly Page[]): string =>
  pages.map(({ path, text }) => `<!-- ${path} -->\n\n${text.trimEnd()}\n`).join('\n')

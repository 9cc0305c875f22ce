import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

const link = /\]\((?!https:|mailto:|#)([^)#\s]+)[^)]*\)/g

/** Links of the documents in the package that lead to nothing in it. */
export async function findBrokenLinks(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const documents = entries
    .filter(({ name }) => name.endsWith('.md'))
    .map(({ parentPath, name }) => join(parentPath, name))
  const broken: string[] = []
  for (const document of documents) {
    for (const [, target = ''] of (await readFile(document, 'utf8')).matchAll(link)) {
      const isThere = existsSync(join(dirname(document), target))
      if (!isThere) broken.push(`${relative(folder, document)} links to ${target}, which is not packed`)
    }
  }
  return broken
}

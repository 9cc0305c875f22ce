// Builds the site of the documentation into .cache/site: README, docs/ and the API of every entry, by typedoc, and for
// language models llms.txt and llms-full.txt. Any warning fails it; so does an export without a comment.
//   npm run docs
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  Application,
  Converter,
  type DocumentReflection,
  PageEvent,
  TSConfigReader,
  TypeDocReader,
} from 'typedoc'
import { nameDocument } from './docs/documents.ts'
import { describeFully, describeShortly, readPages } from './docs/llms.ts'
import { polishHtml } from './docs/polish-html.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const site = join(root, '.cache/site')

async function buildSite(): Promise<boolean> {
  const app = await Application.bootstrapWithPlugins({ options: join(root, 'typedoc.json'), out: site }, [
    new TypeDocReader(),
    new TSConfigReader(),
  ])
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_: undefined, document: DocumentReflection) =>
    nameDocument(document),
  )
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = polishHtml(page.contents ?? '')
  })
  const project = await app.convert()
  if (!project) return false
  app.validate(project)
  if (app.logger.hasErrors() || app.logger.hasWarnings()) return false
  await app.generateDocs(project, site)
  return !app.logger.hasErrors() && !app.logger.hasWarnings()
}

function writeTexts(): void {
  const pages = readPages(root)
  const { description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const { path } of pages) cpSync(join(root, path), join(site, path))
  writeFileSync(join(site, 'llms.txt'), describeShortly(description, pages))
  writeFileSync(join(site, 'llms-full.txt'), describeFully(pages))
}

if (await buildSite()) {
  writeTexts()
  console.log(`The site is in .cache/${basename(site)}: open .cache/site/index.html`)
} else {
  process.exitCode = 1
}

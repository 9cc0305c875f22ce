import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { add, checkBin, compile, copyPrograms, createConsumer, lib } from './package/consumer.ts'
import { findInstallScripts, findStrayFiles, findUnnamedPackages } from './package/contents.ts'
import { findStrayImports } from './package/imports.ts'
import { findBrokenLinks } from './package/links.ts'
import { entriesOf, readManifest } from './package/manifest.ts'
import { findHiddenTypes } from './package/public-types.ts'
import { run } from './package/run.ts'
import { installRuntimes } from './runtimes/install.ts'

const failures: string[] = []

/** One line for one check, which fails by throwing or by naming problems. */
async function check(name: string, find: () => Promise<unknown>): Promise<void> {
  const found = await find().catch((error: unknown) => [
    error instanceof Error ? error.message : String(error),
  ])
  const problems = Array.isArray(found) ? found : []
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  if (problems.length > 0) failures.push([name, ...problems].join('\n').replaceAll('\n', '\n    '))
}

const root = fileURLToPath(new URL('..', import.meta.url))
const runtimes = join(root, 'node_modules/.cache/runtimes')
const manifest = await readManifest(root)
const oldestBullmq = /\d+\.\d+\.\d+/.exec(manifest.peerDependencies?.bullmq ?? '')?.[0] as string
const packed = await mkdtemp(join(tmpdir(), 'export-jobs-packed-'))
// `prepack` builds, so what is checked is what would be published.
await run(root, 'npm', 'pack', '--pack-destination', packed)
const tarball = join(packed, (await readdir(packed)).find((name) => name.endsWith('.tgz')) as string)

await check('publint', async () => {
  const bytes = await readFile(tarball)
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, strict: true })
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code)
})
await check('are the types wrong', () =>
  run(root, 'npx', '--no-install', 'attw', '--profile', 'node16', tarball),
)

const consumer = await createConsumer(root, tarball)
const { folder } = consumer
const installed = join(folder, 'node_modules', manifest.name)
const names = entriesOf(manifest).map(({ name }) => name)
// Every other one works where no optional peer is installed.
const entries = names.filter((name) => !name.endsWith('/bullmq'))

await check('holds the build and the documents only', () => findStrayFiles(installed))
await check('no link of a document leads nowhere', () => findBrokenLinks(installed))
await check('runs nothing during its install', () => findInstallScripts(folder, manifest))
await check('names what is bundled in its notices', () => findUnnamedPackages(installed))
await check('scripts reach dependencies only', () => findStrayImports(installed, manifest, 'default'))
await check('declarations reach dependencies only', () => findStrayImports(installed, manifest, 'types'))
await check('each public type can be imported', () => findHiddenTypes(root, installed, manifest))
await check('import, one copy of each error', () => run(folder, 'node', 'entries.mjs', ...entries))
await check('require, one copy of each error', () => run(folder, 'node', 'entries.cjs', ...entries))
await check('errors are known across import and require', () => run(folder, 'node', 'across.mjs', ...entries))
await check('the bin tells its version', () => checkBin(folder, manifest))
await check('testing without msw, import', () => run(folder, 'node', 'no-msw.mjs'))
await check('testing without msw, require', () => run(folder, 'node', 'no-msw.cjs'))

await add(folder, manifest, 'typescript')
await copyPrograms(folder)
const nodenext = ['--module', 'nodenext']
const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler']
const modules = ['program', 'testing', 'declarations'].flatMap((name) => [`${name}.mts`, `${name}.cts`])
const sources = ['program.ts', 'testing.ts', 'declarations.ts']
await check('types, nodenext', () => compile(folder, modules, ...nodenext, ...lib.web))
await check('types, bundler', () => compile(folder, sources, ...bundler, ...lib.web))
await add(folder, manifest, '@types/node')
await check('types, Node without DOM', () => compile(folder, modules, ...nodenext, ...lib.node))

await add(folder, manifest, 'msw')
await check('simulator, import', () => run(folder, 'node', 'testing.mjs'))
await check('simulator, require', () => run(folder, 'node', 'testing.cjs'))
await check('types, msw', () => compile(folder, ['msw.mts', 'msw.cts'], ...nodenext, ...lib.both))

await add(folder, manifest, 'bullmq')
await check('bullmq, import', () => run(folder, 'node', 'entries.mjs', ...names))
await check('bullmq, require', () => run(folder, 'node', 'entries.cjs', ...names))
await check('types, bullmq', () =>
  compile(folder, ['bullmq.mts', 'bullmq.cts'], ...nodenext, ...lib.both, '--skipLibCheck'),
)
await add(folder, { ...manifest, devDependencies: { bullmq: oldestBullmq } }, 'bullmq')
await check('types, the oldest bullmq', () =>
  compile(folder, ['bullmq.mts', 'bullmq.cts'], ...nodenext, ...lib.both, '--skipLibCheck'),
)
await consumer.remove()

// msw 3 needs a newer Node than the package does.
const installedRuntimes = await installRuntimes(join(root, 'test/runtimes'), runtimes)
const node = join(installedRuntimes.package('node-24'), 'bin/node')
const { version } = await readManifest(installedRuntimes.package('msw-3'))
await check('installs and runs beside msw 3', async () => {
  const newer = await createConsumer(root, tarball, `msw@${version}`)
  for (const program of ['testing.mjs', 'testing.cjs']) await run(newer.folder, node, program)
  await add(newer.folder, manifest, 'typescript', '@types/node')
  await copyPrograms(newer.folder)
  await compile(newer.folder, ['msw.mts'], ...nodenext, ...lib.both)
  await newer.remove()
})

await rm(packed, { recursive: true, force: true })

if (failures.length > 0) {
  console.error(`\n${failures.join('\n')}`)
  process.exitCode = 1
}

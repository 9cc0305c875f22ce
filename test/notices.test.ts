import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test, vi } from 'vitest'
import { root } from './support/sources.ts'

vi.setConfig({ testTimeout: 30_000 })

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const installed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
const vendors = ['tyk', 'anaconda', 'loyaltydog', 'didomi'].map((vendor) => `vendors/${vendor}.ts`)

/** The packages whose code is in the build: all but those that npm installs beside it. */
async function bundledPackages(entries: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: entries.map((entry) => join(root, 'src', entry)),
    absWorkingDir: root,
    outdir: 'out',
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    external: installed,
  })
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )
  const names = used.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])
  return [...new Set(names)].sort()
}

/** The packages that a part of THIRD-PARTY-NOTICES.md names. */
function noticedPackages(heading: string): string[] {
  const notices = readFileSync(join(root, 'THIRD-PARTY-NOTICES.md'), 'utf8')
  const [, part = ''] = notices.split(`# ${heading}\n`)
  return [...(part.split(/^# /m)[0] ?? '').matchAll(/^## (.+)$/gm)].map(([, name]) => name as string).sort()
}

test('every package in the library is noticed, and no other', async () => {
  const library = await bundledPackages(['index.ts', 'node/index.ts', 'testing/index.ts', ...vendors])
  expect(library).toContain('openapi-fetch')
  expect(noticedPackages('In the library and the bin')).toEqual(library)
})

test('so is every further package in the bin', async () => {
  const library = noticedPackages('In the library and the bin')
  const bin = (await bundledPackages(['cli/main.ts'])).filter((name) => !library.includes(name))
  expect(noticedPackages('In the bin only')).toEqual(bin)
})

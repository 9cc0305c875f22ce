import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Manifest } from './manifest.ts'

const documents = [
  'package.json',
  'README.md',
  'LICENSE',
  'AGENTS.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'THIRD-PARTY-NOTICES.md',
]
const further = /^(?:docs\/(?:[\w-]+\/)*[\w-]+\.(?:md|svg)|examples\/(?:[\w-]+\/)*[\w-]+\.(?:md|ts))$/
const built = /^dist\/(?:[\w-]+\/)*[\w.-]+\.(?:js|cjs|d\.ts|d\.cts)$/
const installScripts = ['preinstall', 'install', 'postinstall']

/** What is in the package and should not be, or should be and is not. */
export async function findStrayFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    )
  return [
    ...documents.filter((name) => !files.includes(name)).map((name) => `${name} is missing`),
    ...files
      .filter((name) => !documents.includes(name) && !built.test(name) && !further.test(name))
      .map((name) => `${name} does not belong`),
  ]
}

/** Scripts that would run on the user's machine during the install, the package's or a dependency's. */
export async function findInstallScripts(consumer: string, manifest: Manifest): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(consumer, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean }>
  }
  return [
    ...installScripts
      .filter((name) => manifest.scripts?.[name])
      .map((name) => `package.json has a script ${name}`),
    ...Object.keys(lock.packages).filter((path) => lock.packages[path]?.hasInstallScript),
  ]
}

/** Packages whose code is part of dist without a word in the notices. */
export async function findUnnamedPackages(folder: string): Promise<string[]> {
  const bundled = new Set<string>()
  for (const entry of await readdir(join(folder, 'dist'), { recursive: true, withFileTypes: true })) {
    if (!/\.c?js$/.test(entry.name)) continue
    // The bundler writes above each module where it comes from.
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8')
    for (const [comment] of text.matchAll(/^\s*\/\/ node_modules\/.*$/gm)) {
      const inner = comment.slice(comment.lastIndexOf('node_modules/') + 'node_modules/'.length)
      bundled.add((/^(?:@[^/]+\/)?[^/]+/.exec(inner) as RegExpExecArray)[0])
    }
  }
  const notices = await readFile(join(folder, 'THIRD-PARTY-NOTICES.md'), 'utf8')
  const named = new Set([...notices.matchAll(/^## (\S+)/gm)].map(([, name]) => name))
  // None at all means that a minifier took the comments away, and then this check sees nothing.
  if (bundled.size === 0) return ['no comment in dist tells what is bundled']
  return [...bundled].filter((name) => !named.has(name)).map((name) => `${name} is bundled and not named`)
}

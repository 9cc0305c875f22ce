import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

type Target = { readonly types: string; readonly default: string }

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, string | { readonly import: Target; readonly require: Target }>>
  readonly bin: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
}

/** The entries that hold code: `.`, `./tyk` and so on. Taken from `exports`, so that a new one is checked too. */
export function entriesOf(manifest: Manifest) {
  return Object.entries(manifest.exports).flatMap(([path, target]) =>
    typeof target === 'string' ? [] : [{ path, name: manifest.name + path.slice(1), ...target }],
  )
}

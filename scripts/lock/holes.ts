/** What this project reads of a package-lock.json. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>
}

interface LockEntry {
  readonly version?: string
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const modules = 'node_modules/'

/**
 * Finds why `npm ci` would fail on another machine: npm leaves entries out, or without a version, when it writes a
 * lock beside an installed `node_modules`.
 *
 * @param lock - the parsed lock file
 * @returns one line for each problem
 */
export function findHoles({ packages }: Lock): string[] {
  const holes: string[] = []
  for (const [path, entry] of Object.entries(packages)) {
    if (path !== '' && !entry.link && !entry.version) holes.push(`${path} has no version`)
    const { dependencies, optionalDependencies, devDependencies } = entry
    // Of a package that is installed, npm reads no devDependencies.
    const names = { ...dependencies, ...optionalDependencies, ...(path === '' && devDependencies) }
    for (const name of Object.keys(names)) {
      const isThere = foldersOf(path).some((folder) => packages[`${folder}${modules}${name}`])
      if (!isThere) holes.push(`${path || 'the root'} needs ${name}, which has no entry`)
    }
  }
  return holes
}

/** The folders in whose `node_modules` Node looks for what the package at `path` imports, each with its slash. */
function foldersOf(path: string): string[] {
  const parts = (path && `${path}/`).split(modules)
  return parts.map((_, index) => parts.slice(0, index + 1).join(modules))
}

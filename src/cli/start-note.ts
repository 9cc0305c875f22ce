import { open, readFile, rename, rm } from 'node:fs/promises'
import { ConfigurationError } from '../index.ts'

/** What an export was asked for with. */
interface Asked {
  readonly vendor: string
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * What is remembered of a start, beside the file that it is for: so that the same command, run again, goes on with the
 * export that it has started, and never starts another.
 */
export interface StartNote {
  readonly path: string
  /** The export that an earlier run has started. */
  readonly ref: string | undefined
  /** When that was started, there was a file already, for it to replace. */
  readonly replaces: boolean
  /** To be called before the vendor is asked: from now on, an export may have begun. */
  begin(replaces: boolean): Promise<void>
  /** Keeps the ref of the export that has begun. */
  keep(ref: string): Promise<void>
  /** Forgets the start: no export has begun, or its file is there. */
  remove(): Promise<void>
}

/**
 * Reads what an earlier run has left.
 *
 * @param to - the file that the export is for
 * @throws ConfigurationError `invalid-state` when it asked for another export, or was stopped while it asked.
 */
export async function openStartNote(to: string, asked: Asked): Promise<StartNote> {
  const path = `${to}.start.json`
  const identity = { kind: 'export-jobs/start', version: 1, ...asked }
  const { ref, replaces } = await readNote(path, JSON.stringify(identity))
  let begun: object = identity
  const write = async (note: object) => {
    const fresh = `${path}.new`
    await rm(fresh, { force: true })
    const file = await open(fresh, 'wx', 0o600)
    await file.writeFile(JSON.stringify(note))
    await file.sync()
    await file.close()
    await rename(fresh, path)
  }
  return {
    path,
    ref,
    replaces,
    begin(isThere) {
      begun = { ...identity, replaces: isThere }
      return write(begun)
    },
    keep: (ref) => write({ ...begun, ref }),
    remove: () => rm(path, { force: true }),
  }
}

async function readNote(path: string, identity: string): Promise<Pick<StartNote, 'ref' | 'replaces'>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return { ref: undefined, replaces: false }
  const { ref, replaces, ...rest } = parse(text)
  if (JSON.stringify(rest) !== identity) {
    throw unusable(`${path} is of another export for the same file. Choose another name, or remove it.`)
  }
  if (typeof ref === 'string') return { ref, replaces: replaces === true }
  throw unusable(
    `An earlier run was stopped while it asked for this export, and whether it was started is not known. Look for it at the vendor; to start another, remove ${path}.`,
  )
}

function parse(text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) }
  } catch {
    return {}
  }
}

const unusable = (message: string) => new ConfigurationError('invalid-state', message)

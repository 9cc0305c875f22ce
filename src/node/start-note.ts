import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ConfigurationError } from '../errors.ts'
import { canonicalJson } from '../internal/json.ts'
import { assertOption, copyOwn } from '../internal/options.ts'
import { readFileId, toFileKey } from './file-system.ts'
import { createNote, hashOfServer, openNote } from './note-file.ts'
import { readChecksum } from './part-content.ts'
import type { Target } from './target.ts'

/** Identifies a start. The parameters may be private, so only their hash is kept. */
export interface StartRequest {
  readonly vendor: string
  readonly server?: string | undefined
  readonly params: string
}

/** @throws ConfigurationError `invalid-option` for parameters that JSON cannot hold, since two could look the same. */
export function toStartRequest(client: { readonly vendor: string }, params: unknown): StartRequest {
  const { vendor } = client
  const text = canonicalJson([vendor, params ?? {}], true)
  assertOption(text !== undefined, 'params must be what JSON can hold.', vendor)
  return { vendor, server: hashOfServer(client), params: createHash('sha256').update(text).digest('hex') }
}

/** A file that was about to get its final name. */
export interface SavedFile {
  /** The final name. */
  readonly path: string
  /** See `toFileKey`. */
  readonly key: string
  readonly bytes: number
  readonly checksum: number
}

/** Remembers a started export beside its target, so that the same call, made again, resumes it. */
export interface StartNote {
  readonly path: string
  /** Of the export that an earlier run has started. */
  readonly ref: unknown
  /** The file that an earlier run was about to give its final name. */
  readonly saved: SavedFile | undefined
  /** Must be called before the vendor is asked: from then on, an export may have been started. */
  begin(): Promise<void>
  /** Keeps the ref of the started export. */
  keepRef(ref: unknown): Promise<void>
  /** Keeps the file that is about to get its final name. */
  keepFile(file: SavedFile): Promise<void>
  /** Removes the note: no export was started, or its file is saved. */
  remove(): void
  close(): Promise<void>
}

const kind = 'export-jobs/start'

/** The longest suffix of the files beside a target: its start note and the lock of that. */
export const startSuffix = '.start.json'

/** @returns the path of the start note; in a folder, where the file has no name yet, it is made from the request */
export function startNotePath({ path, isFolder }: Target, request: StartRequest): string {
  if (!isFolder) return `${path}${startSuffix}`
  const vendor = request.vendor.replaceAll(/[^\w-]/g, '-').slice(0, 100)
  const server = request.server === undefined ? '' : `-${request.server.slice(0, 8)}`
  return join(path, `.${vendor}${server}-${request.params.slice(0, 16)}${startSuffix}`)
}

/** @returns the path of the lock of a start note */
export const startLockPath = (note: string): string =>
  join(dirname(note), `${basename(note, startSuffix)}.start.lock`)

/**
 * Reads what an earlier run has left. The caller must hold the lock of the note.
 *
 * @throws ConfigurationError `invalid-state` if that run started another export, or never learned whether its start succeeded.
 */
export async function openStartNote(path: string, request: StartRequest): Promise<StartNote> {
  const found = await openNote(path, kind)
  if (found === 'foreign') throw notOurs(path, 'is not a start note of this user')
  let note = found === 'absent' ? undefined : found
  if (note && !note.content) {
    await note.close()
    throw notOurs(path, 'was written by another version of this package')
  }
  const { ref, saved, vendor, server, params } = copyOwn(note?.content)
  const isEmpty = vendor === undefined
  const isSame = vendor === request.vendor && server === request.server && params === request.params
  if (!isEmpty && (!isSame || ref === undefined)) {
    await note?.close()
    throw isSame ? inDoubt(path) : ofAnother(path)
  }
  const write = async (more: object) => {
    const content = { ...request, ...more }
    if (note) await note.write(content)
    else note = await createNote(path, kind, content)
    if (!note) throw notOurs(path, 'was created by another program just now')
    await note.sync()
  }
  let begun = ref
  return {
    path,
    ref,
    saved: saved as SavedFile | undefined,
    begin: () => write({}),
    keepRef(fresh) {
      begun = fresh
      return write({ ref: fresh })
    },
    keepFile: (file) => write({ ref: begun, saved: file }),
    remove: () => note?.remove(),
    async close() {
      await note?.close()
    },
  }
}

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/**
 * Whether a file got its final name and still has it, unchanged. Its checksum alone does not tell: it covers samples,
 * in which the file that was to be replaced may be the same.
 */
export async function hasFile({ path, key, bytes, checksum }: SavedFile): Promise<boolean> {
  const there = await readFileId(path)
  if (!there || toFileKey(there) !== key) return false
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined)
  if (!file) return false
  try {
    const stat = await file.stat()
    return stat.isFile() && stat.size === bytes && (await readChecksum(file, bytes)) === checksum
  } finally {
    await file.close()
  }
}

const invalidState = (message: string, advice: string) =>
  new ConfigurationError('invalid-state', message, undefined, advice)

const notOurs = (path: string, what: string) =>
  invalidState(`${path} ${what}.`, 'Choose another name, or move that file away.')

const ofAnother = (path: string) =>
  invalidState(
    `${path} belongs to another export to the same file, or to another server.`,
    'Choose another name; or remove the note, if you no longer need that export.',
  )

const inDoubt = (path: string) =>
  invalidState(
    'An earlier run asked for this export, but did not learn whether it was started.',
    adviceInDoubt(path),
  )

/** What to do if it is unknown whether an export was started. */
export const adviceInDoubt = (path: string): string =>
  `Look for the export at the vendor, then remove ${path}. If it was started, download it by its id; if not, run this again.`

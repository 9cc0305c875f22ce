import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ConfigurationError } from '../errors.ts'
import { canonicalJson } from '../internal/json.ts'
import { assertOption } from '../internal/options.ts'
import { createChecksum } from './checksum.ts'
import { readAll } from './file-system.ts'
import { createNote, openNote } from './note-file.ts'
import { hashOfServer } from './server-hash.ts'
import type { Target } from './target.ts'

/** What tells one start from another; the parameters may be private, and are a hash. */
export interface StartRequest {
  readonly vendor: string
  readonly server?: string | undefined
  readonly params: string
}

/** @throws ConfigurationError `invalid-option` for parameters that JSON cannot hold: two of them might look alike. */
export function toStartRequest(client: { readonly vendor: string }, params: unknown): StartRequest {
  const { vendor } = client
  const text = canonicalJson([vendor, params ?? {}], true)
  assertOption(text !== undefined, 'params must be what JSON can hold.', vendor)
  return { vendor, server: hashOfServer(client), params: createHash('sha256').update(text).digest('hex') }
}

/** A file that has been saved. */
export interface SavedFile {
  readonly path: string
  readonly bytes: number
  readonly checksum: number
}

/**
 * What is remembered of a start beside its target, so that the same call, made again, resumes with the export that it
 * has started, and never starts another.
 */
export interface StartNote {
  readonly path: string
  /** What finds the export that an earlier run has started. */
  readonly ref: unknown
  /** The file that an earlier run was about to give its final name. */
  readonly saved: SavedFile | undefined
  /** To be called before the vendor is asked: from now on, an export may have begun. */
  begin(): Promise<void>
  /** Keeps the ref of the export that has begun. */
  keepRef(ref: unknown): Promise<void>
  /** Keeps what is about to get its final name. */
  keepFile(file: SavedFile): Promise<void>
  /** Forgets the start: no export has begun, or its file is there. */
  remove(): void
  close(): Promise<void>
}

const kind = 'export-jobs/start'

/** The longest that is added to the name of a file for a note of its start, and its lock. */
export const startSuffix = '.start.json'

/** @returns where the note of a start is; in a folder, whose file has no name yet, by what is asked for */
export function startNotePath({ path, isFolder }: Target, request: StartRequest): string {
  if (!isFolder) return `${path}${startSuffix}`
  const vendor = request.vendor.replaceAll(/[^\w-]/g, '-').slice(0, 100)
  const server = request.server === undefined ? '' : `-${request.server.slice(0, 8)}`
  return join(path, `.${vendor}${server}-${request.params.slice(0, 16)}${startSuffix}`)
}

/** @returns the lock of a start note */
export const startLockPath = (note: string): string =>
  join(dirname(note), `${basename(note, startSuffix)}.start.lock`)

/**
 * Reads what an earlier run has left. The caller holds the lock of the note.
 *
 * @throws ConfigurationError `invalid-state` when that run asked for another export, or was stopped while it asked.
 */
export async function openStartNote(path: string, request: StartRequest): Promise<StartNote> {
  const found = await openNote(path, kind)
  if (found === 'foreign') throw notOurs(path, 'is no note of a start that this user has made')
  let note = found === 'absent' ? undefined : found
  if (note && !note.content) {
    await note.close()
    throw notOurs(path, 'was written by another version of this package')
  }
  const { ref, saved, vendor, server, params } = note?.content ?? {}
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
    if (!note) throw notOurs(path, 'was written by another program just now')
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

/** Whether a file is there, with the bytes that were saved. */
export async function hasFile({ path, bytes, checksum }: SavedFile): Promise<boolean> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined)
  if (!file) return false
  try {
    const stat = await file.stat()
    if (!stat.isFile() || stat.size !== bytes) return false
    const running = createChecksum()
    for await (const chunk of readAll(file)) running.update(chunk)
    return running.value === checksum
  } finally {
    await file.close()
  }
}

const notOurs = (path: string, what: string) =>
  new ConfigurationError(
    'invalid-state',
    `${path} ${what}.`,
    undefined,
    'Choose another name, or move it away.',
  )

const ofAnother = (path: string) =>
  new ConfigurationError(
    'invalid-state',
    `${path} is of another export for the same file, or of another server.`,
    undefined,
    'Choose another name; or remove it, if that export is not wanted any more.',
  )

const inDoubt = (path: string) =>
  new ConfigurationError(
    'invalid-state',
    'An earlier run asked for this export and got no answer that tells whether it was started.',
    undefined,
    `Look for it at the vendor; to start another, remove ${path}.`,
  )

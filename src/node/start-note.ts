import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { type ApiError, ConfigurationError, isExportJobsError, type TransportError } from '../errors.ts'
import { canonicalJson } from './canonical-json.ts'
import { createNote, openNote } from './note-file.ts'
import type { Target } from './target.ts'

/** What an export is started with. */
export interface StartRequest {
  readonly vendor: string
  readonly params: unknown
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
  return join(path, `.${vendor}-${hashOf(request).slice(0, 16)}${startSuffix}`)
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
  const identity = { kind, version: 1, vendor: request.vendor, params: hashOf(request) }
  const found = await openNote(path, kind)
  if (found === 'foreign') throw notOurs(path, 'is no note of a start that this user has made')
  let note = found === 'absent' ? undefined : found
  const { ref, saved, vendor, params } = note?.content ?? {}
  const isEmpty = vendor === undefined
  if (!isEmpty && (vendor !== identity.vendor || params !== identity.params || ref === undefined)) {
    await note?.close()
    throw ref === undefined && params === identity.params ? inDoubt(path) : ofAnother(path)
  }
  const write = async (more: object) => {
    const content = { ...identity, ...more }
    if (note) await note.write(content)
    else note = await createNote(path, content)
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

/** Parameters may be private: the note has their hash, whatever the order of their keys. */
function hashOf({ vendor, params }: StartRequest): string {
  try {
    return createHash('sha256')
      .update(canonicalJson([vendor, params ?? {}]))
      .digest('hex')
  } catch {
    throw new ConfigurationError('invalid-option', 'params must be what JSON can hold.', vendor)
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
    `${path} is of another export for the same file.`,
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

/** Whether a start that failed so may have begun an export. A refusal is an answer; without one, nobody knows. */
export function mayHaveStarted(error: unknown): boolean {
  if (!isExportJobsError(error)) return true
  // Also of a token endpoint that refused: the vendor was not asked.
  const { sent } = error as Partial<TransportError>
  if (error.name === 'ConfigurationError' || sent === false) return false
  const { httpStatus } = error as Partial<ApiError>
  return httpStatus === undefined || httpStatus < 400 || httpStatus === 408 || httpStatus >= 500
}

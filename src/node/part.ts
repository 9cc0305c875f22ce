import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { ConfigurationError } from '../errors.ts'
import { isObject } from '../http/read-problem.ts'
import { createSink } from './sink.ts'

/** Whose file a part is of. */
export interface Owner {
  readonly vendor: string
  /** What finds the export. */
  readonly ref: unknown
}

/** Which version of the file a part is of. */
export interface Version {
  /** Absent where the server has none that tells every byte: nothing can be added to the part later. */
  readonly etag?: string | undefined
  /** Bytes of the whole file, where known. */
  readonly size?: number | undefined
}

/** The beginning of a file, on disk beside the place of the whole. */
export interface Part extends Version {
  /** May be told with the rest only. */
  size?: number | undefined
  readonly path: string
  /** How many bytes there are. */
  readonly bytes: number
  /** Adds bytes at the end; they are there after a flush. */
  write(chunk: Uint8Array): Promise<void>
  flush(): Promise<void>
  /** Reads its bytes, from one of them on to the end. */
  read(start: number, signal: AbortSignal | undefined): AsyncIterable<Uint8Array>
  /** Puts it in the place of the whole. */
  moveTo(path: string): Promise<void>
  /** Lets go of it; the next call finds it. */
  close(): Promise<void>
  /** Takes it away. */
  discard(): Promise<void>
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants

/** What stands beside a part: neither a URL nor a secret. */
const noteOf = (path: string): string => `${path}.json`

/** Begins a part anew. What lies in its place, another's part or a link, is taken away and not followed. */
export async function createPart(path: string, owner: Owner, version: Version): Promise<Part> {
  await remove(path)
  let file: FileHandle | undefined
  try {
    file = await open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR, 0o600)
    const note = { kind: 'export-jobs/download', version: 1, ...owner, ...version }
    await writeFile(noteOf(path), JSON.stringify(note), { flag: 'wx', mode: 0o600 })
    return toPart(path, file, 0, version)
  } catch (error) {
    await file?.close()
    throw isOf('EEXIST', error) ? taken(path) : error
  }
}

/** The part that an earlier call has left, if it is one of the same export to which bytes can be added. */
export async function findPart(path: string, owner: Owner): Promise<Part | undefined> {
  const version = await readNote(path, owner)
  if (!version) return undefined
  const file = await open(path, O_RDWR | O_NOFOLLOW).catch(() => undefined)
  if (!file) return undefined
  const { size, nlink, uid } = await file.stat()
  // Somebody else's file, or one that has another name, too, would not be ours alone when it is whole.
  const isOurs = nlink === 1 && uid === (process.getuid?.() ?? uid)
  if (isOurs && size > 0 && size <= (version.size ?? size)) return toPart(path, file, size, version)
  await file.close()
  return undefined
}

async function readNote(path: string, { vendor, ref }: Owner): Promise<Version | undefined> {
  try {
    const note: unknown = JSON.parse(await readFile(noteOf(path), 'utf8'))
    if (!isObject(note) || note.kind !== 'export-jobs/download' || note.version !== 1) return undefined
    if (note.vendor !== vendor || JSON.stringify(note.ref) !== JSON.stringify(ref)) return undefined
    const { etag, size } = note
    const isVersion = isStrong(etag) && (size === undefined || Number.isSafeInteger(size))
    return isVersion ? { etag, size: size as number | undefined } : undefined
  } catch {
    return undefined
  }
}

/** Whether an ETag tells every byte of a file, and not its meaning only. */
export const isStrong = (etag: unknown): etag is string =>
  typeof etag === 'string' && /^"[\x21\x23-\x7e]+"$/.test(etag)

function toPart(path: string, file: FileHandle, begun: number, version: Version): Part {
  const sink = createSink(file, begun)
  return {
    path,
    ...version,
    get bytes() {
      return sink.position
    },
    write: sink.write,
    flush: sink.flush,
    // Through the same handle: under its name there may be another file by now.
    async *read(start, signal) {
      for await (const chunk of file.createReadStream({ start, autoClose: false })) {
        signal?.throwIfAborted()
        yield chunk
      }
    },
    async moveTo(target) {
      await file.sync()
      const [ours, there] = [await file.stat(), await lstat(path).catch(() => undefined)]
      if (there?.ino !== ours.ino || there.dev !== ours.dev) throw taken(path)
      // Before the rename: who is killed in between fetches a file once more, and leaves nothing behind for ever.
      await rm(noteOf(path), { force: true })
      await rename(path, target).catch((error) => {
        throw isOf('ENOENT', error) ? taken(path) : error
      })
    },
    async close() {
      // What it failed with has been told.
      await sink.flush().catch(() => {})
      await file.close()
    },
    discard: () => remove(path),
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(noteOf(path), { force: true })
}

const isOf = (code: string, error: unknown): boolean => (error as NodeJS.ErrnoException).code === code

function taken(path: string): ConfigurationError {
  const message = `${path} has been taken by another download of the same file. Let only one write there.`
  return new ConfigurationError('invalid-option', message)
}

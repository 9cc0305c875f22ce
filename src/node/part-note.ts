import type { Digest } from '../http/digest.ts'
import { canonicalJson } from '../internal/json.ts'
import type { ExportFormat } from '../job.ts'
import type { FileWatch } from './file-watch.ts'
import type { NoteContent } from './note-file.ts'

/** Whose file a part is of. */
export interface PartOwner {
  readonly vendor: string
  /** See `hashOfServer`. */
  readonly server: string | undefined
  /** What finds the export. */
  readonly ref: unknown
}

/** Which version of the file a part is of. */
export interface FileVersion {
  /** Absent where the server has none that tells every byte: nothing can be added to the part later. */
  readonly etag?: string | undefined
  /** Bytes of the whole file, where known. */
  readonly size?: number | undefined
  readonly format?: ExportFormat | undefined
  /** See `Download.isFormatGuessed`. */
  readonly isFormatGuessed?: boolean | undefined
  /** What the whole file hashes to, where the server told it. */
  readonly digest?: Digest | undefined
}

/** Whether an ETag tells every byte of a file, and not its meaning only. */
export const isStrong = (etag: unknown): etag is string =>
  typeof etag === 'string' && /^"[\x21\x23-\x7e]+"$/.test(etag)

/** What the note tells of the bytes that are on the disk. */
export const keptOf = ({ bytes, checksum }: FileWatch): object => (bytes > 0 ? { bytes, checksum } : {})

/** Whether a note is of the same export, and of a part that was not refused. */
export const isOf = ({ vendor, server, ref, isRefused }: NoteContent, owner: PartOwner): boolean =>
  isRefused !== true &&
  vendor === owner.vendor &&
  server === owner.server &&
  canonicalJson(ref) === canonicalJson(owner.ref)

/** @returns undefined for a note that tells of no version to which bytes can be added */
export function readVersion({
  etag,
  size,
  format,
  isFormatGuessed,
  digest,
}: NoteContent): FileVersion | undefined {
  if (!isStrong(etag) || !(size === undefined || Number.isSafeInteger(size))) return undefined
  const { algorithm, value } = (digest ?? {}) as Partial<Digest>
  return {
    etag,
    size: size as number | undefined,
    format: formats.find((each) => each === format),
    isFormatGuessed: isFormatGuessed === true || undefined,
    digest:
      algorithms.includes(algorithm as never) && typeof value === 'string' ? (digest as Digest) : undefined,
  }
}

const formats = ['json', 'jsonl', 'csv'] as const
const algorithms = ['sha-256', 'sha-512', 'md5'] as const satisfies readonly Digest['algorithm'][]

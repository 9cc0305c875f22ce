import type { Digest } from '../http/file-headers.ts'
import { canonicalJson } from '../internal/json.ts'
import { copyOwn } from '../internal/options.ts'
import type { ExportFormat } from '../job.ts'
import type { NoteContent } from './note-file.ts'

/** The export that a part belongs to. */
export interface PartOwner {
  readonly vendor: string
  /** See `hashOfServer`. */
  readonly server: string | undefined
  readonly ref: unknown
}

/** The version of the file that a part belongs to. */
export interface FileVersion {
  /** A strong ETag. Without one, the part cannot be resumed. */
  readonly etag?: string | undefined
  /** Of the complete file, in bytes, if known. */
  readonly size?: number | undefined
  readonly format?: ExportFormat | undefined
  /** See `Download.isFormatGuessed`. */
  readonly isFormatGuessed?: boolean | undefined
  /** Of the complete file, if the server sent one. */
  readonly digest?: Digest | undefined
}

/** Nothing is known yet. */
export const unknownVersion = copyOwn<FileVersion>(undefined)

/** Whether an ETag is strong: it changes with every byte of the file. */
export const isStrong = (etag: unknown): etag is string =>
  typeof etag === 'string' && /^"[\x21\x23-\x7e]+"$/.test(etag)

/** Whether a note belongs to the same export, and its part was not refused. */
export const isOf = ({ vendor, server, ref, isRefused }: NoteContent, owner: PartOwner): boolean =>
  isRefused !== true &&
  vendor === owner.vendor &&
  server === owner.server &&
  canonicalJson(ref) === canonicalJson(owner.ref)

/** @returns undefined if the note has no version that can be resumed */
export function readVersion({
  etag,
  size,
  format,
  isFormatGuessed,
  digest,
}: NoteContent): FileVersion | undefined {
  if (!isStrong(etag) || !(size === undefined || Number.isSafeInteger(size))) return undefined
  const { algorithm, value } = copyOwn(digest as Partial<Digest> | undefined)
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

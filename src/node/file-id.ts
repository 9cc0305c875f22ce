import { lstat } from 'node:fs/promises'

/** What tells a file from another one that has taken its name. */
export interface FileId {
  readonly dev: bigint
  readonly ino: bigint
  readonly birthtimeNs: bigint
}

/** @returns the identity of what has a name now, links not followed; undefined where there is nothing */
export async function readFileId(path: string): Promise<FileId | undefined> {
  return lstat(path, { bigint: true }).catch(() => undefined)
}

/**
 * Whether two identities are one file's. Both must have been read by name: what Windows tells of a name and of an open
 * file differs, and may be 0, where the time of creation is left.
 */
export function isSameFile(one: FileId, other: FileId): boolean {
  if (one.ino && other.ino) return one.ino === other.ino && one.dev === other.dev
  return one.birthtimeNs === other.birthtimeNs
}

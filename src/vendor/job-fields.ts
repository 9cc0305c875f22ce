import type { ExportFormat } from '../job.ts'
import type { Instant } from './instant.ts'

/**
 * What one answer of a vendor says about an export. Only `id` and `status` are needed. Whatever else is null,
 * missing or of another type is left out of the job.
 */
export interface JobFields<Raw = unknown> {
  /** The vendor's id of the export. It must be the one that was asked for. */
  readonly id: string
  /** The vendor's word for the status. */
  readonly status: string
  /** The vendor's own answer. */
  readonly raw: Raw
  /** The answer that this was read from. Default: the last one of the call. */
  readonly response?: Response | undefined
  /** Percent, 0–100. */
  readonly progress?: number | null | undefined
  readonly createdAt?: Instant | null | undefined
  readonly completedAt?: Instant | null | undefined
  /** When the result goes. A completed export is expired from then on, by the vendor's clock. */
  readonly expiresAt?: Instant | null | undefined
  readonly totalRecords?: number | null | undefined
  /** Bytes. */
  readonly fileSize?: number | null | undefined
  /** Why it failed or was canceled. */
  readonly reason?: string | null | undefined
  /** How to fetch the result of a completed export. */
  readonly download?: DownloadFields | null | undefined
}

/** What a vendor says about the file of an export. */
export interface DownloadFields {
  readonly url?: string | null | undefined
  readonly expiresAt?: Instant | null | undefined
  readonly format?: ExportFormat | undefined
}

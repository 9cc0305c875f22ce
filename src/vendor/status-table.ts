import { isPlainObject } from '../internal/json.ts'
import { assertOption } from '../internal/options.ts'
import type { ExportStatus } from '../job.ts'

/** The vendor's words for a status, in any letter case, and what each means. */
export type StatusTable = Readonly<Record<string, ExportStatus>>

const known = ['pending', 'running', 'completed', 'failed', 'canceled', 'expired', 'unknown']

/** What a vendor's word for a status means; `unknown` for any other word. */
export type ReadStatus = (word: string) => ExportStatus

/**
 * Reads what the words of a vendor mean.
 *
 * @throws ConfigurationError `invalid-option` for a status that there is not: a wait would never end on it.
 */
export function readStatusTable(statuses: StatusTable, vendor: string): ReadStatus {
  const isTable = isPlainObject(statuses)
  assertOption(
    isTable,
    `statuses of ${vendor} must be its words and what they mean: { done: 'completed' }.`,
    vendor,
  )
  const table = new Map(Object.entries(statuses).map(([word, status]) => [keyOf(word), status]))
  for (const [word, status] of table)
    assertOption(known.includes(status), `statuses of ${vendor}: "${word}" means no status.`, vendor)
  return (word) => table.get(keyOf(word)) ?? 'unknown'
}

const keyOf = (word: string): string => word.trim().toLowerCase()

import type { FakeAnswer } from '../../support/fake-fetch.ts'
import { uuid, type VendorName } from '../../support/vendors.ts'

/** Where a value stands in a body. */
export type Path = readonly (string | number)[]

/** When the exports of these answers were asked for. */
export const askedFor = '2025-03-01T10:00:00.000Z'

interface Shape {
  /** An answer with every documented field, about an export that runs. */
  readonly full: unknown
  readonly id: Path
  readonly status: Path
  /** Where progress stands, or would stand if the vendor reported any. */
  readonly progress: Path
  /** The vendor's words, by what they mean. */
  readonly words: {
    readonly running: string
    readonly completed: string
    readonly failed: string
    readonly expired?: string
  }
}

const fate = { running: 'running', completed: 'completed', failed: 'failed' }

/** The answers of the four vendors, as the documents have them. */
export const shapes: Record<VendorName, Shape> = {
  tyk: {
    full: {
      type: 'proxy_log_export',
      id: 'exp-1',
      attributes: {
        export_id: 'exp-1',
        source_type: 'llm',
        source_id: 7,
        start_date: '2025-01-01',
        end_date: '2025-01-31',
        search_filter: 'gpt',
        requested_at: askedFor,
        requested_by: 3,
        completed_at: askedFor,
        expires_at: '9999-12-31T00:00:00Z',
        total_records: 12,
        file_size: 3_400,
        error_message: 'no',
        status: 'processing',
      },
    },
    id: ['id'],
    status: ['attributes', 'status'],
    progress: ['attributes', 'progress'],
    words: { ...fate, running: 'processing', expired: 'expired' },
  },
  anaconda: {
    full: {
      id: uuid,
      org_id: uuid,
      status: 'running',
      created_at: askedFor,
      completed_at: askedFor,
      download_url: 'https://anaconda.com/file.jsonl',
      error_message: 'no',
      progress: 10,
      total_records: 12,
    },
    id: ['id'],
    status: ['status'],
    progress: ['progress'],
    words: fate,
  },
  loyaltydog: {
    full: {
      taskId: 'task-1',
      status: 'processing',
      downloadUrl: 'https://s3.example/file.csv',
      error: 'no',
    },
    id: ['taskId'],
    status: ['status'],
    progress: ['progress'],
    words: { running: 'processing', completed: 'success', failed: 'failure' },
  },
  didomi: {
    full: {
      total: 1,
      limit: 100,
      skip: 0,
      data: [
        {
          id: 'run-1',
          export_id: 'export-1',
          organization_id: 'org-1',
          config: { a: 1 },
          metrics: { users: 12 },
          result: 'no',
          created_at: askedFor,
          updated_at: askedFor,
          status: 'pending',
        },
      ],
    },
    id: ['data', 0, 'id'],
    status: ['data', 0, 'status'],
    progress: ['data', 0, 'progress'],
    words: { ...fate, running: 'pending' },
  },
}

// biome-ignore lint/suspicious/noExplicitAny: a body is walked by any path
type Body = any

/** A copy of a body with another value at a path; `undefined` leaves it out. */
export function withValue(body: unknown, path: Path, value: unknown): unknown {
  const root: Body = { body: structuredClone(body) }
  const [last, ...rest] = ['body', ...path].reverse() as [string, ...string[]]
  const holder = rest.reverse().reduce((inner: Body, key) => inner[key], root)
  if (value === undefined) delete holder[last]
  else Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true })
  return root.body
}

/** Every path into a body, its own included. */
export function pathsOf(body: unknown): Path[] {
  if (typeof body !== 'object' || body === null) return [[]]
  const keys = Array.isArray(body) ? [...body.keys()] : Object.keys(body)
  return [[], ...keys.flatMap((key) => pathsOf((body as Body)[key]).map((path) => [key, ...path]))]
}

/** The vendor's full answer with a word for the status. */
export const bodyOf = (vendor: VendorName, word: unknown): unknown =>
  withValue(shapes[vendor].full, shapes[vendor].status, word)

/** A body as an answer; Infinity is written as a number that is too large for JavaScript. */
export function answerOf(body: unknown, status = 200): FakeAnswer {
  const mark = '<1e999>'
  const text = JSON.stringify(body, (_, value) => (value === Number.POSITIVE_INFINITY ? mark : value)) ?? ''
  return {
    status,
    headers: { 'content-type': 'application/json' },
    text: text.replaceAll(JSON.stringify(mark), '1e999'),
  }
}

/** The vendor's answer about an export that stands so. */
export const telling = (vendor: VendorName, fate: 'running' | 'completed' | 'failed'): FakeAnswer =>
  answerOf(bodyOf(vendor, shapes[vendor].words[fate]))

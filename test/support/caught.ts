import { inspect } from 'node:util'
import { ExportJobsError } from '../../src/index.ts'

/** What the promise rejects with; fails when it does not. */
export async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a rejection')
    },
    (error: unknown) => error,
  )
}

/** What the promise rejects with, which must be an error of this package. */
// biome-ignore lint/suspicious/noExplicitAny: the tests read the fields of every class
export async function caughtError(promise: Promise<unknown>): Promise<any> {
  const error = await caught(promise)
  if (!(error instanceof ExportJobsError)) throw error
  return error
}

/** All that can be seen of a value: its texts, its JSON and its insides, hidden ones too. */
export function everythingOf(value: unknown): string {
  const parts = [String(value), JSON.stringify(value), inspect(value, { showHidden: true, depth: 12 })]
  for (let link = value; link instanceof Error; link = link.cause) {
    parts.push(link.message, link.stack ?? '', String(link))
  }
  return parts.join('\n')
}

import type { GetOptions } from '../client.ts'
import { ResponseError } from '../errors.ts'
import { copyOwn } from '../internal/options.ts'
import { createSingleFlight } from '../internal/single-flight.ts'

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Items of the whole list, where the vendor tells. */
  readonly total?: number | undefined
  /** The most items of a page, where the vendor tells. */
  readonly limit?: number | undefined
}

// A list that is longer never ends: of one run a day it would take fifty years.
const mostPages = 200

/**
 * Reads the pages of one list until it is known to have ended: a page is empty, or shorter than the vendor says that
 * pages are, or all of `total` is read, or a page holds nothing new.
 *
 * @param key - names the list
 * @param read - reads the page that begins after `skip` items
 * @param idOf - tells items apart
 */
export type ReadPages<Listed extends Page<unknown>> = (
  key: string,
  options: GetOptions | undefined,
  read: (skip: number, options: GetOptions) => Promise<Listed>,
  idOf: (item: Listed['items'][number]) => unknown,
) => AsyncGenerator<Listed, void, undefined>

/**
 * Reads lists page by page. Whoever reads the same page at the same time shares its request.
 *
 * @param vendor - for errors
 */
export function createPageReader<Listed extends Page<unknown>>(vendor: string): ReadPages<Listed> {
  const flights = createSingleFlight<Listed>()

  return async function* readPages(key, options, read, idOf) {
    const { signal, timeout, retries } = copyOwn(options)
    const seen = new Set<unknown>()
    let skip = 0
    for (let pages = 0; pages < mostPages; pages++) {
      const page = await flights.join(
        JSON.stringify([key, skip, timeout, retries]),
        (signal) => read(skip, { signal, timeout, retries }),
        { signal },
      )
      // A vendor that ignores `skip` shows the same page forever.
      const items = page.items.filter((item) => !seen.has(idOf(item)))
      for (const item of items) seen.add(idOf(item))
      yield { ...page, items }
      skip += page.items.length
      if (items.length === 0 || isLast(page, skip)) return
    }
    throw new ResponseError(
      'too-large',
      `The list of ${vendor} does not end after ${mostPages} pages.`,
      vendor,
    )
  }
}

function isLast({ items, total, limit }: Page<unknown>, read: number): boolean {
  const room = limit === undefined ? 0 : limit - items.length
  // What is told may be out of date: a full page may be followed by another.
  if (total !== undefined) return read >= total && (limit === undefined || room > 0)
  return room > 0
}

import type { GetOptions } from '../client.ts'
import { ResponseError } from '../errors.ts'
import { copyOwn } from '../internal/options.ts'
import type { SingleFlight } from '../internal/single-flight.ts'
import type { VendorCall, VendorContext } from './context.ts'

/** One page of a list, as a vendor answers it. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Items of the whole list, where the vendor tells. */
  readonly total?: number | null | undefined
  /** The most items of a page, where the vendor tells. */
  readonly limit?: number | null | undefined
  /** What finds the next page, where the vendor tells; `null` or empty on the last. */
  readonly next?: string | null | undefined
}

/** Which page is to be read. */
export interface PagePosition {
  /** How many items were read before it. */
  readonly skip: number
  /** The `next` of the page before; undefined for the first. */
  readonly next: string | undefined
}

/** A list that a vendor answers page by page. */
export interface PageList<Item> {
  /** Names the list among those of the client. */
  readonly key: string
  /**
   * Reads one page. The request is shared by all who read the page now: it is made with the context given here, which
   * ends when nobody waits for it any more.
   */
  read(at: PagePosition, context: VendorContext): Promise<Page<Item>>
  /** Tells items apart. */
  idOf(item: NoInfer<Item>): unknown
}

/** One page of a list, as it was read: what earlier pages held is left out. */
export interface PageRead<Item> {
  readonly items: readonly Item[]
  /** The answer that it came in. */
  readonly response: Response | undefined
}

/** The pages that are being read by the calls of one client. */
export type PageFlights = SingleFlight<{
  readonly page: Page<unknown>
  readonly ids: readonly unknown[]
  readonly response: Response | undefined
}>

// A list that is longer never ends: of one run a day it would take fifty years.
const mostPages = 200

/**
 * Reads the pages of a list until it is known to have ended: a page is empty, or shorter than the vendor says that
 * pages are, or all of `total` is read, or no `next` follows, or a page holds nothing new.
 *
 * @param begin - begins the call that reads a page
 */
export async function* readPages<Item>(
  { key, read, idOf }: PageList<Item>,
  { vendor, pages: flights }: { readonly vendor: string; readonly pages: PageFlights },
  begin: (given: GetOptions) => VendorCall<unknown>,
  { signal, timeout, retries }: GetOptions,
): AsyncGenerator<PageRead<Item>, void, undefined> {
  const seen = new Set<unknown>()
  let at: PagePosition = { skip: 0, next: undefined }
  for (let pages = 0; pages < mostPages; pages++) {
    const { page, ids, response } = await flights.join(
      JSON.stringify([key, at, timeout, retries]),
      async (signal) => {
        const { context, lastResponse, failure } = begin(copyOwn({ signal, timeout, retries }))
        try {
          const page = checkPage(await read(at, context), vendor)
          return { page, ids: page.items.map((item) => idOf(item)), response: lastResponse() }
        } catch (error) {
          throw failure(error)
        }
      },
      { signal },
    )
    // A vendor that ignores `skip` shows the same page forever.
    const items = (page.items as readonly Item[]).filter((_, index) => !seen.has(ids[index]))
    for (const id of ids) seen.add(id)
    yield { items, response }
    at = { skip: at.skip + page.items.length, next: page.next ?? undefined }
    if (items.length === 0 || isLast(page, at.skip)) return
  }
  throw new ResponseError('too-large', `The list of ${vendor} does not end after ${mostPages} pages.`, vendor)
}

function checkPage<Item>(page: Page<Item>, vendor: string): Page<Item> {
  const copy = copyOwn(page)
  if (Array.isArray(copy.items)) return copy
  throw new ResponseError('unexpected-shape', `A page of the list of ${vendor} has no items.`, vendor)
}

function isLast({ items, total, limit, next }: Page<unknown>, read: number): boolean {
  if (next !== undefined) return !next
  const room = typeof limit === 'number' ? limit - items.length : 0
  // What is told may be out of date: a full page may be followed by another.
  if (typeof total === 'number') return read >= total && (typeof limit !== 'number' || room > 0)
  return room > 0
}

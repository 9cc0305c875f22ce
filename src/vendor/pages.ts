import type { GetOptions } from '../client.ts'
import { ResponseError } from '../errors.ts'
import { copyOwn } from '../internal/options.ts'
import type { SingleFlight } from '../internal/single-flight.ts'
import type { VendorCall, VendorContext } from './context.ts'

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** The number of items in the whole list, if the vendor reports it. */
  readonly total?: number | null | undefined
  /** The largest size of a page, if the vendor reports it. */
  readonly limit?: number | null | undefined
  /** The cursor of the next page, if the vendor uses one; `null` or empty on the last page. */
  readonly next?: string | null | undefined
}

/** The position of a page. */
export interface PagePosition {
  /** How many items come before it. */
  readonly skip: number
  /** The `next` of the page before; undefined for the first. */
  readonly next: string | undefined
}

/** A list that a vendor returns page by page. */
export interface PageList<Item> {
  /** Identifies the list among those of the client. */
  readonly key: string
  /**
   * Reads one page. All calls that read the page at this time share the request. It is made with the context given
   * here, which is aborted when none of them waits any more.
   */
  read(at: PagePosition, context: VendorContext): Promise<Page<Item>>
  /** Tells items apart. */
  idOf(item: NoInfer<Item>): unknown
}

/** One page of a list, without the items that were on earlier pages. */
export interface PageRead<Item> {
  readonly items: readonly Item[]
  /** The response with this page. */
  readonly response: Response | undefined
}

/** The pages that the calls of one client are reading. */
export type PageFlights = SingleFlight<{
  readonly page: Page<unknown>
  readonly ids: readonly unknown[]
  readonly response: Response | undefined
}>

// Against a list without end. With one run a day, so many pages take fifty years.
const mostPages = 200

/**
 * Reads the pages of a list to its end: to a page that is empty, has nothing new, is shorter than `limit` or has no
 * `next`, or until all of `total` is read.
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
    // A vendor that ignores `skip` would return the same page forever.
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
  // `total` may be out of date: another page may follow a full one.
  if (typeof total === 'number') return read >= total && (typeof limit !== 'number' || room > 0)
  return room > 0
}

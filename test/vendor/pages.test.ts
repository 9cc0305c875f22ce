import { describe, expect, test } from 'vitest'
import { createSingleFlight } from '../../src/internal/single-flight.ts'
import type { VendorCall } from '../../src/vendor/context.ts'
import { type Page, type PagePosition, readPages } from '../../src/vendor/pages.ts'
import { caughtError } from '../support/caught.ts'

interface Server {
  /** The most items of a page, whatever is asked for. */
  cap: number
  count: number
  tells?: ('total' | 'limit')[]
  ignoresSkip?: boolean
}

async function collect({ cap, count, tells = [], ignoresSkip = false }: Server) {
  const skips: number[] = []
  const items: number[] = []
  const read = async ({ skip }: PagePosition): Promise<Page<number>> => {
    skips.push(skip)
    const from = ignoresSkip ? 0 : skip
    const length = Math.max(0, Math.min(cap, count - from))
    return {
      items: Array.from({ length }, (_, index) => from + index),
      ...(tells.includes('total') && { total: count }),
      ...(tells.includes('limit') && { limit: cap }),
    }
  }
  const source = { vendor: 'didomi', pages: createSingleFlight<never>() }
  const begin = () => ({ lastResponse: () => undefined, failure: (error) => error }) as VendorCall<unknown>
  const pages = readPages({ key: 'key', read, idOf: (item) => item }, source, begin, {})
  for await (const page of pages) items.push(...page.items)
  return { items, skips }
}

describe.each<[tells: ('total' | 'limit')[]]>([[[]], [['total']], [['limit']], [['total', 'limit']]])(
  'a server that tells %j',
  (tells) => {
    describe.each([50, 99])('and has pages of %i', (cap) => {
      test.each([0, 1, 49, 50, 51, 98, 99, 100, 150, 198, 199, 1_000])(
        'of %i items, each is read once',
        async (count) => {
          const { items, skips } = await collect({ cap, count, tells })
          expect(items).toEqual(Array.from({ length: count }, (_, index) => index))
          expect(skips.length).toBeLessThanOrEqual(Math.ceil(count / cap) + 1)
        },
      )
    })

    test('and ignores skip: each item once, and an end', async () => {
      const { items, skips } = await collect({ cap: 50, count: 120, tells, ignoresSkip: true })
      expect(items).toHaveLength(50)
      expect(skips.length).toBeLessThanOrEqual(2)
    })

    test('and has no end: a typed error, after a bounded number of pages', async () => {
      const error = await caughtError(collect({ cap: 50, count: Number.POSITIVE_INFINITY, tells }))
      expect(error).toMatchObject({ name: 'ResponseError', code: 'too-large', vendor: 'didomi' })
    })
  },
)

test('a short page is the last only where the limit says so', async () => {
  expect((await collect({ cap: 50, count: 20 })).skips).toEqual([0, 20])
  expect((await collect({ cap: 50, count: 20, tells: ['limit'] })).skips).toEqual([0])
  expect((await collect({ cap: 50, count: 20, tells: ['total'] })).skips).toEqual([0])
})

test('a list whose pages are found by a mark is read until none follows', async () => {
  const pages: Record<string, Page<string>> = {
    '': { items: ['a', 'b'], next: 'second' },
    second: { items: ['c'], next: 'third', total: 3 },
    third: { items: ['d'], next: null },
  }
  const asked: PagePosition[] = []
  const read = async (at: PagePosition) => {
    asked.push(at)
    return pages[at.next ?? ''] as Page<string>
  }
  const source = { vendor: 'acme', pages: createSingleFlight<never>() }
  const begin = () => ({ lastResponse: () => undefined, failure: (error) => error }) as VendorCall<unknown>
  const items: string[] = []
  for await (const page of readPages({ key: 'key', read, idOf: String }, source, begin, {}))
    items.push(...page.items)
  expect(items).toEqual(['a', 'b', 'c', 'd'])
  expect(asked).toEqual([
    { skip: 0, next: undefined },
    { skip: 2, next: 'second' },
    { skip: 3, next: 'third' },
  ])
})

test.each([[null], [undefined], ['items'], [{}]])('a page whose items are %j is none', async (items) => {
  const source = { vendor: 'acme', pages: createSingleFlight<never>() }
  const begin = () => ({ lastResponse: () => undefined, failure: (error) => error }) as VendorCall<unknown>
  const read = async () => ({ items }) as unknown as Page<string>
  const pages = readPages({ key: 'key', read, idOf: String }, source, begin, {})
  expect(await caughtError(pages.next())).toMatchObject({ code: 'unexpected-shape', vendor: 'acme' })
})

import { describe, expect, test } from 'vitest'
import { caughtError } from '../support/caught.ts'
import type { Twist } from '../support/file-server.ts'
import { createWorld, jsonOf, openFiles } from './world.ts'

const content = jsonOf(10_000)
const left = ['out.json.part', 'out.json.part.json']

describe('gives up', () => {
  test.each<[what: string, twist: Twist, error: object]>([
    ['503', { status: 503, body: 'x' }, { name: 'ApiError', httpStatus: 503 }],
    ['a short pause', { status: 503, headers: { 'retry-after': '1' } }, { retryAfter: 1_000 }],
    ['nothing', { after: 0 }, { name: 'TransportError', code: 'network' }],
    ['a part of nothing', { range: [4_000, 4_000] }, { name: 'TransportError', code: 'network' }],
  ])('after five answers in a row of %s, and leaves what is there', async (_, twist, error) => {
    const world = await createWorld({ content }, (_, count) => (count === 1 ? { after: 4_000 } : twist))
    expect(await caughtError(world.download())).toMatchObject(error)
    expect(world.server.requests).toHaveLength(6)
    expect(await world.names()).toEqual(left)
    expect(await world.saved(world.part)).toBe(content.slice(0, 4_000))
    expect(await openFiles(world.folder)).toEqual([])
  })

  test('after five failures in a row, not in total', async () => {
    const failure = { status: 500 }
    const five = [failure, failure, failure, failure, { range: [10, 4_000] as const }]
    const world = await createWorld({ content }, [{ after: 10 }, ...five, ...five.slice(0, 4)])
    await world.download()
    expect(await world.saved()).toBe(content)
  })

  test('and leaves no files if no bytes arrived', async () => {
    const world = await createWorld({ content }, () => ({ after: 0 }))
    expect(await caughtError(world.download())).toMatchObject({ code: 'network', retryable: true })
    expect(world.server.requests).toHaveLength(5)
    expect(await world.names()).toEqual([])
  })

  test('if attempts from the beginning get no farther than the best one before', async () => {
    const ends = [4_000, 1_000, 2_000, 3_000, 3_999, 4_000]
    const world = await createWorld(
      { content, etag: undefined },
      ends.map((after) => ({ after })),
    )
    expect(await caughtError(world.download())).toMatchObject({ code: 'network' })
    expect(world.server.requests).toHaveLength(6)
  })

  test('at once if the server asks for a long pause, and says until when', async () => {
    const busy = { status: 503, headers: { 'retry-after': '61' } }
    const world = await createWorld({ content }, [{ after: 4_000 }, busy])
    expect(await caughtError(world.download())).toMatchObject({ httpStatus: 503, retryAfter: 61_000 })
    expect(world.server.requests).toHaveLength(2)
    expect(await world.names()).toEqual(left)
    await world.download()
    expect(await world.saved()).toBe(content)
  })

  test.each([[401], [410], [501]])('at once after %i', async (httpStatus) => {
    const world = await createWorld({ content }, [{ after: 4_000 }, { status: httpStatus }])
    expect(await caughtError(world.download())).toMatchObject({ httpStatus })
    expect(world.server.requests.length).toBeLessThanOrEqual(httpStatus === 401 ? 3 : 2)
    expect(await world.names()).toEqual(left)
  })
})

describe('pauses', () => {
  test('as long as the server asks', async () => {
    const world = await createWorld({ content }, [{ status: 503, headers: { 'retry-after': '60' } }])
    await world.download()
    expect(world.clock.now()).toBe(60_000)
  })

  test('longer after each attempt without a new byte', async () => {
    const world = await createWorld({ content }, () => ({ status: 500 }))
    await caughtError(world.download())
    expect(world.clock.now()).toBe(250 + 500 + 1_000 + 2_000)
  })

  test('between attempts that bring few bytes', async () => {
    const short = JSON.stringify(['x'.repeat(36)])
    const world = await createWorld({ content: short }, () => ({ after: 1 }))
    await world.download()
    expect(world.server.requests).toHaveLength(40)
    expect(world.clock.now()).toBeGreaterThanOrEqual(39 * 100)
    expect(await world.saved()).toBe(short)
  })

  test('but not after an attempt that brought many', async () => {
    const large = jsonOf(3_000_000)
    const world = await createWorld({ content: large }, [{ after: 1_500_000 }])
    await world.download()
    expect(world.clock.now()).toBe(0)
    expect(await world.saved()).toBe(large)
  })
})

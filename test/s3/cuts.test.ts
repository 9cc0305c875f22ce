import { describe, expect, test } from 'vitest'
import { download } from '../../src/node/index.ts'
import { caughtError } from '../support/caught.ts'
import { content } from './support/content.ts'
import { openWorld, type World } from './support/world.ts'

const file = content(3_000_000)
const spread = Array.from({ length: 20 }, (_, index) => index * 149_003)

const get = ({ client, to, clock }: World) => download(client, 'export', { to, wait: { clock } })

describe('a connection that ends', () => {
  test.each([
    { name: 'before the first byte', cuts: [0] },
    { name: 'after the first byte', cuts: [1] },
    { name: 'before the last byte', cuts: [file.length - 1] },
    { name: 'four times at the same byte', cuts: Array(4).fill(1_500_000) },
    { name: 'at twenty places', cuts: spread },
  ])('$name: the file is whole, and nothing is fetched twice', async ({ cuts }) => {
    const world = await openWorld()
    await world.put(file)
    world.proxy.script.cuts = [...cuts]
    expect(await get(world)).toMatchObject({ bytes: file.length })
    expect((await world.saved()).equals(file)).toBe(true)
    expect(world.proxy.script.cuts).toEqual([])
    expect(world.proxy.served).toBe(file.length)
    expect(await world.files()).toEqual(['export.csv'])
    // From the byte on that is missing, of the version that is there.
    const etag = await world.s3.etagOf('export.csv')
    for (const [index, place] of cuts.entries()) {
      if (place === 0) continue
      const { headers } = world.s3.requests[index + 1] ?? {}
      expect(headers).toMatchObject({ range: `bytes=${place}-`, 'if-match': etag })
    }
  })

  test.each(['end', 'reset'] as const)(
    'by a sudden %s, which loses what is not read yet: the file is whole',
    async (cutBy) => {
      const world = await openWorld()
      await world.put(file)
      Object.assign(world.proxy.script, { cuts: [...spread], cutBy, beforeCut: () => {} })
      await get(world)
      expect((await world.saved()).equals(file)).toBe(true)
      expect(world.proxy.script.cuts).toEqual([])
    },
  )

  test('five times in a row without a byte: the error comes out, the part stays, and the next call resumes', async () => {
    const world = await openWorld()
    await world.put(file)
    world.proxy.script.cuts = [1_000_000, ...Array(5).fill(1_000_000)]
    const error = await caughtError(get(world))
    expect(error).toMatchObject({ code: 'network', retryable: true, vendor: 'loyaltydog' })
    expect(world.proxy.script.cuts).toEqual([])
    expect(await world.files()).toEqual(['export.csv.part', 'export.csv.part.json'])
    await get(world)
    expect((await world.saved()).equals(file)).toBe(true)
    expect(world.proxy.served).toBe(file.length)
  })

  test('five times, but with bytes in between, is no reason to give up', async () => {
    const world = await openWorld()
    await world.put(file)
    world.proxy.script.cuts = Array.from({ length: 20 }, (_, index) => 1_000 + index)
    await get(world)
    expect((await world.saved()).equals(file)).toBe(true)
  })
})

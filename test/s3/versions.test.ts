import { describe, expect, test } from 'vitest'
import { download } from '../../src/node/index.ts'
import { caughtError } from '../support/caught.ts'
import { content } from './support/content.ts'
import { openWorld, type World } from './support/world.ts'

const file = content(600_000)
const place = 250_000

const get = ({ client, to, clock }: World) => download(client, 'export', { to, wait: { clock } })

const ranges = ({ s3 }: World) => s3.requests.map(({ status, headers }) => [status, headers.range])

describe('a file that is another one after a cut', () => {
  test.each([
    { name: 'as long', bytes: content(file.length, 'another') },
    { name: 'longer', bytes: content(2 * file.length, 'another') },
    { name: 'shorter than what is there', bytes: content(place - 1, 'another') },
    { name: 'just as long as what is there', bytes: content(place, 'another') },
  ])('$name: is fetched from its first byte, never spliced', async ({ bytes }) => {
    const world = await openWorld()
    await world.put(file)
    Object.assign(world.proxy.script, { cuts: [place], afterCut: () => world.put(bytes) })
    expect(await get(world)).toMatchObject({ bytes: bytes.length })
    expect((await world.saved()).equals(bytes)).toBe(true)
    expect(ranges(world)).toEqual([
      [200, undefined],
      [412, `bytes=${place}-`],
      [200, undefined],
    ])
  })

  test('is known by its ETag, where the server does not look at If-Match', async () => {
    const world = await openWorld()
    await world.put(file)
    world.s3.manners.ignoresIfMatch = true
    const another = content(file.length, 'another')
    Object.assign(world.proxy.script, { cuts: [place], afterCut: () => world.put(another) })
    await get(world)
    expect((await world.saved()).equals(another)).toBe(true)
    expect(world.statuses()).toEqual([200, 206, 200])
  })

  test('each time: the last one is saved', async () => {
    const world = await openWorld()
    await world.put(file)
    let versions = 0
    const afterCut = () => world.put(content(file.length, `version ${++versions}`))
    Object.assign(world.proxy.script, { cuts: [300_000, 200_000, 100_000], afterCut })
    await get(world)
    expect((await world.saved()).equals(content(file.length, 'version 3'))).toBe(true)
  })
})

describe('a file that cannot be resumed', () => {
  test('as ranges are ignored: from its first byte', async () => {
    const world = await openWorld()
    await world.put(file)
    world.s3.manners.ignoresRanges = true
    world.proxy.script.cuts = [place]
    await get(world)
    expect((await world.saved()).equals(file)).toBe(true)
    expect(world.statuses().every((status) => status === 200)).toBe(true)
  })

  test('as its ETag is weak: from its first byte, and no range is asked for', async () => {
    const world = await openWorld()
    await world.put(file)
    world.s3.manners.weakensEtags = true
    world.proxy.script.cuts = [place]
    await get(world)
    expect((await world.saved()).equals(file)).toBe(true)
    expect(ranges(world)).toEqual([
      [200, undefined],
      [200, undefined],
    ])
  })
})

test('an ETag of a file that was uploaded in parts, which is no MD5, is as good as any', async () => {
  const world = await openWorld()
  await world.put(file)
  const etag = '9b2cf535f27731c974343645a3985328-2'
  await world.s3.setEtag('export.csv', etag)
  world.proxy.script.cuts = [place]
  await get(world)
  expect((await world.saved()).equals(file)).toBe(true)
  expect(world.s3.requests[1]?.headers).toMatchObject({ 'if-match': `"${etag}"`, range: `bytes=${place}-` })
  expect(world.proxy.served).toBe(file.length)
})

describe('a refusal of S3, in XML', () => {
  test.each([
    { name: 'under its own status', hidesRefusals: false },
    { name: 'under 200 and as bytes', hidesRefusals: true },
  ])('$name is never saved as the file', async ({ hidesRefusals }) => {
    const world = await openWorld()
    await world.put(file)
    world.s3.manners.hidesRefusals = hidesRefusals
    world.vendorSigns.with = () => ({ isForged: true })
    const error = await caughtError(get(world))
    expect(error.retryable).toBe(false)
    expect(await world.files()).toEqual([])
  })

  test.each([
    { name: 'under its own status', hidesRefusals: false },
    { name: 'under 200 and as bytes', hidesRefusals: true },
  ])('$name, is not added to what is there', async ({ hidesRefusals }) => {
    const world = await openWorld()
    await world.put(file)
    const { s3, vendorSigns, proxy } = world
    proxy.script.cuts = [place]
    proxy.script.afterCut = () => {
      s3.clock.advance(2 * 3_600_000)
      s3.manners.hidesRefusals = hidesRefusals
      vendorSigns.with = () => ({ isForged: true })
    }
    expect((await caughtError(get(world))).retryable).toBe(false)
    expect((await world.files()).includes('export.csv')).toBe(false)
    s3.manners.hidesRefusals = false
    vendorSigns.with = () => ({})
    await get(world)
    expect((await world.saved()).equals(file)).toBe(true)
  })
})

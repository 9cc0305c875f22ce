import { describe, expect, test } from 'vitest'
import { download } from '../../src/node/index.ts'
import { caughtError, everythingOf } from '../support/caught.ts'
import { content } from './support/content.ts'
import { openWorld } from './support/world.ts'

const file = content(600_000)
const hour = 3_600_000

describe('a signed URL', () => {
  test('that has expired since is refused by S3, and replaced by another look at the export', async () => {
    const world = await openWorld()
    await world.put(file)
    const job = await world.client.get('export')
    world.s3.clock.advance(2 * hour)
    await download(world.client, job, { to: world.to })
    expect((await world.saved()).equals(file)).toBe(true)
    expect([world.vendor.calls, world.statuses()]).toEqual([2, [403, 200]])
  })

  test('that has expired by the clock of the vendor is not even tried', async () => {
    const world = await openWorld()
    await world.put(file)
    world.vendorSigns.with = (call) => (call === 1 ? { signedAgo: 3_601 } : {})
    await download(world.client, await world.client.get('export'), { to: world.to })
    expect([world.vendor.calls, world.statuses()]).toEqual([2, [200]])
  })

  test.each([-26, 26])('is judged by the clock of the vendor, which is %i hours from ours', async (hours) => {
    const world = await openWorld()
    await world.put(file)
    world.s3.clock.advance(hours * hour)
    await download(world.client, await world.client.get('export'), { to: world.to })
    expect((await world.saved()).equals(file)).toBe(true)
    expect([world.vendor.calls, world.statuses()]).toEqual([1, [200]])
  })

  test.each([
    { name: 'that has expired already when it comes', signing: { signedAgo: 7_200 }, statuses: [403] },
    { name: 'that S3 refuses, however fresh', signing: { isForged: true }, statuses: [403, 403, 403, 403] },
  ])('$name is fetched three times, then the refusal comes out', async ({ signing, statuses }) => {
    const world = await openWorld()
    await world.put(file)
    world.vendorSigns.with = () => signing
    const error = await caughtError(
      download(world.client, await world.client.get('export'), { to: world.to }),
    )
    expect(error).toMatchObject({ code: 'forbidden', httpStatus: 403, vendor: 'loyaltydog' })
    expect(everythingOf(error)).not.toMatch(/X-Amz|S3RVER|<Error>/)
    expect([world.vendor.calls, world.statuses()]).toEqual([4, statuses])
    expect(await world.files()).toEqual([])
  })

  test.each([{ by: 'a job' }, { by: 'an id' }])(
    'of a download by $by is looked up once when it has expired, however often it is cut after that',
    async ({ by }) => {
      const world = await openWorld()
      await world.put(file)
      const { s3, proxy, client, clock, to } = world
      proxy.script.cuts = [100_000, 150_000, 200_000, 250_000, 300_000]
      proxy.script.afterCut = (place) => place === 100_000 && s3.clock.advance(2 * hour)
      const target = by === 'an id' ? 'export' : await client.get('export')
      await download(client, target, { to, wait: by === 'an id' ? undefined : { clock } })
      expect((await world.saved()).equals(file)).toBe(true)
      // By its id it is looked up for the first URL, and once more to be held on to.
      expect(world.vendor.calls).toBe(by === 'an id' ? 2 : 3)
    },
  )

  test('that expires in the middle is replaced, and the download resumes where it was', async () => {
    const world = await openWorld()
    await world.put(file)
    const { s3, proxy, client, clock, to } = world
    proxy.script.cuts = [200_000]
    proxy.script.afterCut = () => s3.clock.advance(2 * hour)
    await download(client, await client.get('export'), { to, wait: { clock } })
    expect((await world.saved()).equals(file)).toBe(true)
    expect(world.statuses()).toEqual([200, 403, 206])
    const last = s3.requests.at(-1)
    expect(last?.headers).toMatchObject({
      range: 'bytes=200000-',
      'if-match': await s3.etagOf('export.csv'),
    })
    expect(proxy.served).toBe(file.length)
  })

  test('that expires five times in the middle is replaced each time', async () => {
    const world = await openWorld()
    await world.put(file)
    const { s3, proxy, client, clock, to } = world
    proxy.script.cuts = [1, 2, 3, 4, 5].map((each) => each * 100_000)
    proxy.script.afterCut = () => s3.clock.advance(2 * hour)
    await download(client, await client.get('export'), { to, wait: { clock } })
    expect((await world.saved()).equals(file)).toBe(true)
    expect(proxy.served).toBe(file.length)
  })
})

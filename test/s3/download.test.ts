import { lstat, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { download } from '../../src/node/index.ts'
import { content } from './support/content.ts'
import { openWorld } from './support/world.ts'

const file = content(600_000)

describe('download from S3', () => {
  test.each([
    { name: 'a small file', bytes: file },
    { name: 'one byte', bytes: content(1) },
    { name: 'a file of 8 MiB and a bit', bytes: content(8 * 2 ** 20 + 1) },
  ])('$name, whole, readable by its owner only, with nothing beside it', async ({ bytes }) => {
    const world = await openWorld()
    await world.put(bytes)
    const { client, to, vendor, s3, proxy } = world
    expect(await download(client, 'export', { to })).toEqual({ path: to, bytes: bytes.length })
    expect((await world.saved()).equals(bytes)).toBe(true)
    expect((await lstat(to)).mode & 0o777).toBe(0o600)
    expect(await world.files()).toEqual(['export.csv'])
    expect([vendor.calls, s3.requests.length, proxy.served]).toEqual([1, 1, bytes.length])
  })

  test('into a folder, under the name that S3 proposes', async () => {
    const world = await openWorld()
    await world.put(file)
    world.vendorSigns.with = () => ({ fileName: 'cards.csv' })
    const { path } = await download(world.client, 'export', { to: `${world.folder}/` })
    expect(path).toBe(world.inFolder('cards.csv'))
    expect((await readFile(path)).equals(file)).toBe(true)
    expect(world.s3.requests).toHaveLength(1)
  })

  test('tells bytes and total, those from before a cut included', async () => {
    const world = await openWorld()
    await world.put(file)
    world.proxy.script.cuts = [250_000]
    const seen: { bytes: number; total?: number }[] = []
    const wait = { clock: world.clock }
    const onProgress = (progress: { bytes: number; total?: number }) => seen.push(progress)
    await download(world.client, 'export', { to: world.to, onProgress, wait })
    expect(seen.at(-1)).toMatchObject({ bytes: file.length, total: file.length })
    expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).sort((a, b) => a - b))
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { lstat, readFile, rm, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { download } from '../../src/node/index.ts'
import { caught } from '../support/caught.ts'
import { content } from './support/content.ts'
import { start } from './support/start.ts'
import { openWorld, type World } from './support/world.ts'

const file = content(3_000_000)

const get = ({ client, to }: World) => download(client, 'export', { to })

/** A download that was aborted in the middle. */
async function openAborted() {
  const world = await openWorld()
  await world.put(file)
  const controller = new AbortController()
  const reason = new Error('enough')
  const { client, to, s3 } = world
  const going = download(client, 'export', {
    to,
    signal: controller.signal,
    onProgress: ({ bytes }) => bytes > 1_000_000 && controller.abort(reason),
  })
  expect(await caught(going)).toBe(reason)
  const there = (await lstat(`${to}.part`)).size
  const before = s3.requests.length
  const since = () => s3.requests.slice(before)
  return { ...world, there, since, etag: await s3.etagOf('export.csv') }
}

describe('a download that was aborted', () => {
  test('leaves the part, readable by its owner only, and beside it a note without URL and secret', async () => {
    const { to, there, etag, files, vendor, proxy } = await openAborted()
    expect(await files()).toEqual(['export.csv.part', 'export.csv.part.json'])
    for (const name of [`${to}.part`, `${to}.part.json`]) expect((await lstat(name)).mode & 0o777).toBe(0o600)
    expect((await readFile(`${to}.part`)).equals(file.subarray(0, there))).toBe(true)
    const note = await readFile(`${to}.part.json`, 'utf8')
    expect(JSON.parse(note)).toEqual({
      kind: 'export-jobs/download',
      version: 1,
      vendor: 'loyaltydog',
      server: expect.stringMatching(/^[0-9a-f]{32}$/),
      ref: 'export',
      etag,
      size: file.length,
      format: 'csv',
      isFormatGuessed: true,
      bytes: there,
      checksum: expect.any(Number),
    })
    for (const origin of [vendor.origin, proxy.origin]) expect(note).not.toContain(origin)
  })

  test('is resumed by the next call', async () => {
    const world = await openAborted()
    expect(await get(world)).toMatchObject({ bytes: file.length })
    expect((await world.saved()).equals(file)).toBe(true)
    expect(await world.files()).toEqual(['export.csv'])
    const [{ headers } = { headers: {} }, ...more] = world.since()
    expect(headers).toMatchObject({ range: `bytes=${world.there}-`, 'if-match': world.etag })
    expect(more).toEqual([])
  })

  test('is resumed by another process', { timeout: 30_000 }, async () => {
    const world = await openAborted()
    await start(world).finished
    expect((await world.saved()).equals(file)).toBe(true)
    expect(await world.files()).toEqual(['export.csv'])
    expect(world.since().map(({ headers }) => headers.range)).toEqual([`bytes=${world.there}-`])
  })

  test('is begun anew when the file is another one by then', async () => {
    const world = await openAborted()
    const another = content(file.length, 'another')
    await world.put(another)
    await get(world)
    expect((await world.saved()).equals(another)).toBe(true)
    expect(world.since().map(({ status }) => status)).toEqual([412, 200])
  })

  test.each([
    { name: 'is gone', damage: (note: string) => rm(note), left: ['export.csv.part'] },
    {
      name: 'is no JSON',
      damage: (note: string) => writeFile(note, '{'),
      left: ['export.csv.part', 'export.csv.part.json'],
    },
    { name: 'is of another export', damage: (note: string) => alter(note, { ref: 'other' }), left: [] },
    { name: 'is of another vendor', damage: (note: string) => alter(note, { vendor: 'tyk' }), left: [] },
    { name: 'is of a later version', damage: (note: string) => alter(note, { version: 2 }), left: [] },
    { name: 'has a weak ETag', damage: (note: string) => alter(note, { etag: 'W/"1"' }), left: [] },
  ])('is begun anew when its note $name', async ({ damage, left }) => {
    const world = await openAborted()
    await damage(`${world.to}.part.json`)
    await get(world)
    expect((await world.saved()).equals(file)).toBe(true)
    expect(world.since().map(({ headers }) => headers.range)).toEqual([undefined])
    // What nobody can tell whose it is stays where it is.
    expect(await world.files()).toEqual(['export.csv', ...left])
  })

  test('is begun anew when another program has written to it', async () => {
    const world = await openAborted()
    await writeFile(`${world.to}.part`, content(file.length, 'another'))
    await get(world)
    expect((await world.saved()).equals(file)).toBe(true)
    expect(world.since().map(({ headers }) => headers.range)).toEqual([undefined])
  })
})

test('a download that is killed is resumed by the next process', { timeout: 30_000 }, async () => {
  const world = await openWorld()
  await world.put(file)
  const { proxy, to } = world
  const first = start(world)
  proxy.script.bytesPerSecond = 2_000_000
  const note = `${to}.part.json`
  const kept = () =>
    Number(/"bytes":(\d+)/.exec(existsSync(note) ? readFileSync(note, 'utf8') : '')?.[1] ?? 0)
  proxy.script.onBytes = () => kept() > 0 && first.kill()
  expect(await first.finished).toBe('SIGKILL')
  const there = kept()
  expect((await lstat(`${to}.part`)).size).toBeGreaterThanOrEqual(there)
  Object.assign(proxy.script, { bytesPerSecond: Number.POSITIVE_INFINITY, onBytes: () => {} })
  await start(world).finished
  expect((await world.saved()).equals(file)).toBe(true)
  expect(world.s3.requests.map(({ headers }) => headers.range)).toEqual([undefined, `bytes=${there}-`])
  expect(await world.files()).toEqual(['export.csv'])
})

async function alter(note: string, fields: Record<string, unknown>): Promise<void> {
  await writeFile(note, JSON.stringify({ ...JSON.parse(await readFile(note, 'utf8')), ...fields }))
}

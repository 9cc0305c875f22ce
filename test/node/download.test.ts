import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigurationError, TransportError } from '../../src/index.ts'
import { download } from '../../src/node/index.ts'
import { createVendorSimulator, createVirtualClock, type SimulatorServer } from '../../src/testing/index.ts'
import { createAnacondaClient } from '../../src/vendors/anaconda.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { createTykClient } from '../../src/vendors/tyk.ts'

const clock = createVirtualClock({ auto: true })
let simulator: ReturnType<typeof createVendorSimulator>
let server: SimulatorServer
let folder: string

beforeEach(async () => {
  simulator = createVendorSimulator({ clock })
  server = await simulator.listen()
  folder = await mkdtemp(join(tmpdir(), 'export-jobs-'))
})

afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const tyk = () =>
  createTykClient({ baseUrl: simulator.tyk.baseUrl(server.origin), token: simulator.tyk.token, clock })

describe('download', () => {
  test('waits if asked, and writes the file of each vendor that has one', async () => {
    const { origin } = server
    const anaconda = createAnacondaClient({
      baseUrl: simulator.anaconda.baseUrl(origin),
      token: simulator.anaconda.token,
      clock,
    })
    const loyaltydog = createLoyaltyDogClient({
      baseUrl: simulator.loyaltydog.baseUrl(origin),
      token: simulator.loyaltydog.token,
      clock,
    })
    const wait = { clock }
    const results = [
      await download(tyk(), simulator.tyk.add(), { to: join(folder, 'tyk.json'), wait }),
      await download(anaconda, simulator.anaconda.add(), { to: join(folder, 'anaconda.jsonl'), wait }),
      await download(loyaltydog, simulator.loyaltydog.add(), { to: join(folder, 'loyaltydog.csv'), wait }),
    ]
    for (const { path, bytes } of results) expect((await readFile(path)).byteLength).toBe(bytes)
    expect((await readdir(folder)).sort()).toEqual(['anaconda.jsonl', 'loyaltydog.csv', 'tyk.json'])
    expect(JSON.parse(await readFile(join(folder, 'tyk.json'), 'utf8'))).toHaveLength(3)
  })

  test('into a folder it takes the name that the vendor proposes, readable by its owner only', async () => {
    const id = simulator.tyk.add({ pending: 0, running: 0 })
    const { path } = await download(tyk(), id, { to: `${folder}/`, wait: { clock } })
    expect(path).toBe(join(folder, `proxy-logs-${id}.json`))
    expect((await lstat(path)).mode & 0o777).toBe(0o600)
  })

  test('refuses a file that is there before any request, and replaces it when told to', async () => {
    const to = join(folder, 'there.json')
    await writeFile(to, 'precious')
    const id = simulator.tyk.add({ pending: 0, running: 0 })
    await expect(download(tyk(), id, { to })).rejects.toThrow(ConfigurationError)
    expect(simulator.requests).toHaveLength(0)
    expect(await readFile(to, 'utf8')).toBe('precious')
    await download(tyk(), id, { to, overwrite: true, wait: { clock } })
    expect(await readFile(to, 'utf8')).not.toBe('precious')
  })

  test('follows no link that lies where the part is written', async () => {
    const victim = join(folder, 'victim')
    await writeFile(victim, 'precious')
    await symlink(victim, join(folder, 'out.json.part'))
    const id = simulator.tyk.add({ pending: 0, running: 0 })
    await download(tyk(), id, { to: join(folder, 'out.json'), wait: { clock } })
    expect(await readFile(victim, 'utf8')).toBe('precious')
  })

  test('a body that is too short leaves nothing behind', async () => {
    const body = new Blob(['half']).stream() as ReadableStream<Uint8Array>
    const client = { ...tyk(), openDownload: async () => ({ body, start: 0, size: 8 }) }
    await expect(download(client, 'abc', { to: join(folder, 'cut.json') })).rejects.toThrow(TransportError)
    expect(await readdir(folder)).toEqual([])
  })

  test('an abort comes out as its own reason and leaves the part and its note', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const id = simulator.tyk.add({ pending: 0, running: 0, records: 50_000 })
    const going = download(tyk(), id, {
      to: join(folder, 'aborted.json'),
      signal: controller.signal,
      wait: { clock },
      onProgress: () => controller.abort(reason),
    })
    await expect(going).rejects.toBe(reason)
    expect((await readdir(folder)).sort()).toEqual(['aborted.json.part', 'aborted.json.part.json'])
  })

  test('tells how far it is, and goes on when the telling throws', async () => {
    const seen: { bytes: number; total?: number }[] = []
    const { bytes } = await download(tyk(), simulator.tyk.add(), {
      to: join(folder, 'told.json'),
      wait: { clock },
      onProgress: (progress) => {
        seen.push(progress)
        throw new Error('mine')
      },
    })
    expect(seen.at(-1)).toMatchObject({ bytes, total: bytes })
  })
})

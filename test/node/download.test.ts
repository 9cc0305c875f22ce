import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { ConfigurationError } from '../../src/index.ts'
import { type DownloadProgress, download } from '../../src/node/index.ts'
import { createVendorSimulator, createVirtualClock, type SimulatorServer } from '../../src/testing/index.ts'
import { createAnacondaClient } from '../../src/vendors/anaconda.ts'
import { createLoyaltyDogClient } from '../../src/vendors/loyaltydog.ts'
import { createTykClient } from '../../src/vendors/tyk.ts'
import { caught, caughtError } from '../support/caught.ts'

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

const anaconda = () =>
  createAnacondaClient({
    baseUrl: simulator.anaconda.baseUrl(server.origin),
    token: simulator.anaconda.token,
    clock,
  })
const loyaltydog = () =>
  createLoyaltyDogClient({
    baseUrl: simulator.loyaltydog.baseUrl(server.origin),
    token: simulator.loyaltydog.token,
    clock,
  })

describe('download', () => {
  test('waits if asked, and writes the file of each vendor that has one', async () => {
    const wait = { clock }
    const results = [
      await download(tyk(), simulator.tyk.add(), { to: join(folder, 'tyk.json'), wait }),
      await download(anaconda(), simulator.anaconda.add(), { to: join(folder, 'anaconda.jsonl'), wait }),
      await download(loyaltydog(), simulator.loyaltydog.add(), { to: join(folder, 'loyaltydog.csv'), wait }),
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

  test.each([
    ['the name that the vendor proposes', { fileName: 'mine.json', format: 'json' }, 'mine.json'],
    ['one by id and format', { format: 'csv' }, 'tyk-a-b-c.csv'],
    ['one by the id', {}, 'tyk-a-b-c.bin'],
    ['no path', { fileName: '../../evil' }, 'tyk-a-b-c.bin'],
    ['no folder', { fileName: '..' }, 'tyk-a-b-c.bin'],
    ['no NUL', { fileName: 'a\0b' }, 'tyk-a-b-c.bin'],
    ['no device', { fileName: 'CON' }, 'tyk-a-b-c.bin'],
    ['nothing hidden', { fileName: '.hidden' }, 'tyk-a-b-c.bin'],
    ['a long one cut', { fileName: `${'x'.repeat(300)}.csv` }, `${'x'.repeat(219)}.csv`],
    ['no text', { fileName: 7 }, '7'],
    ['no path as a format', { format: '/../evil' }, 'tyk-a-b-c.-..-evil'],
  ])('into a folder it takes %s, unless such a file is there', async (_, told, name) => {
    const cancel = vi.fn()
    const pull = (controller: ReadableStreamDefaultController) => controller.close()
    const open = async () => {
      const body = new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 0 })
      return { body, start: 0, size: 0, ...(told as object) }
    }
    const client = { ...tyk(), openDownload: open }
    expect(await download(client, 'a:b c', { to: `${folder}/` })).toEqual({
      path: join(folder, name),
      bytes: 0,
    })
    expect(cancel).not.toHaveBeenCalled()
    await expect(download(client, 'a:b c', { to: `${folder}/` })).rejects.toThrow(ConfigurationError)
    expect(cancel).toHaveBeenCalled()
    expect(await readdir(folder)).toEqual([name])
  })

  test.each([[undefined], [''], [7], [null]])('refuses to write to %j', async (to) => {
    const error = await caughtError(download(tyk(), 'abc', { to: to as never }))
    expect(error).toMatchObject({ code: 'invalid-option' })
    expect(simulator.requests).toHaveLength(0)
  })

  test('an export that fails has no file', async () => {
    const id = simulator.tyk.add({ outcome: 'failed' })
    const waiting = download(tyk(), id, { to: join(folder, 'x.json'), wait: { clock } })
    expect(await caughtError(waiting)).toMatchObject({ code: 'job-failed' })
    expect(await readdir(folder)).toEqual([])
  })

  test('one whose URL is refused, as it has expired, resumes with a fresh one', async () => {
    const client = loyaltydog()
    const id = simulator.loyaltydog.add({ pending: 0, running: 0, records: 50_000, expiresAfter: '10s' })
    const job = await client.get(id)
    const to = join(folder, 'out.csv')
    const controller = new AbortController()
    const onProgress = () => controller.abort('enough')
    expect(await caught(download(client, job, { to, signal: controller.signal, onProgress }))).toBe('enough')
    const { size } = await lstat(`${to}.part`)
    await clock.advance(10_000)
    const { bytes } = await download(client, job, { to })
    const file = simulator.requests.filter(({ path }) => path.endsWith('.csv'))
    expect(file.map(({ status }) => status)).toEqual([200, 403, 206])
    expect(file[2]?.headers.get('range')).toBe(`bytes=${size}-`)
    expect((await readFile(to, 'utf8')).split('\n')).toHaveLength(50_002)
    expect((await lstat(to)).size).toBe(bytes)
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

  test('tells how far it is, earlier calls included, and continues when the telling throws', async () => {
    const id = simulator.loyaltydog.add({ pending: 0, running: 0, records: 50_000 })
    const to = join(folder, 'told.csv')
    const calls: DownloadProgress[][] = []
    const run = (signal?: AbortSignal) => {
      const seen: DownloadProgress[] = []
      calls.push(seen)
      return download(loyaltydog(), id, {
        to,
        signal,
        onProgress: (progress) => {
          seen.push(progress)
          if (seen.length === 3) controller.abort('enough')
          throw new Error('mine')
        },
      })
    }
    const controller = new AbortController()
    await caught(run(controller.signal))
    const { bytes: total } = await run()
    const [first = [], second = []] = calls
    expect(second[0]?.bytes).toBeGreaterThan(first.at(-1)?.bytes ?? total)
    expect(second.at(-1)?.bytes).toBe(total)
    for (const progress of [...first, ...second]) {
      expect(progress.total).toBe(total)
      expect(progress.bytesPerSecond).toBeGreaterThan(0)
      expect(progress.bytesPerSecond).toBeLessThan(Number.MAX_SAFE_INTEGER)
    }
  })

  test('tells a rate also where no time has passed', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(1)
    onTestFinished(() => void vi.restoreAllMocks())
    const seen: DownloadProgress[] = []
    const body = new Blob(['[]']).stream() as ReadableStream<Uint8Array>
    const client = { ...tyk(), openDownload: async () => ({ body, start: 0, size: 2 }) }
    await download(client, 'abc', {
      to: join(folder, 'x'),
      onProgress: (progress) => void seen.push(progress),
    })
    expect(seen).toEqual([{ bytes: 2, total: 2, bytesPerSecond: 2_000 }])
  })

  test('tells no total where there is none', async () => {
    const seen: DownloadProgress[] = []
    const id = simulator.anaconda.add()
    const to = join(folder, 'out.jsonl')
    await download(anaconda(), id, {
      to,
      wait: { clock },
      onProgress: (progress) => void seen.push(progress),
    })
    expect(seen.at(-1)).not.toHaveProperty('total')
  })
})

import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import {
  ApiError,
  type CompletedJob,
  type ExportJob,
  ResponseError,
  TransportError,
} from '../../src/index.ts'
import { carryServer } from '../../src/internal/client.ts'
import { download, type ExportingClient, exportToFile } from '../../src/node/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import { caught, caughtError } from '../support/caught.ts'
import { makeFolder, openFiles } from './world.ts'

const text = '[{"a":1}]'
type Params = Record<string, unknown>

/** A vendor that finishes each export at once, and a folder to save to. */
async function createVendor() {
  const folder = await makeFolder()
  const clock = createVirtualClock({ auto: true })
  const jobs = new Map<string, Partial<ExportJob>>()
  const vendor = {
    get client() {
      return client
    },
    folder,
    to: join(folder, 'out.json'),
    note: join(folder, 'out.json.start.json'),
    jobs,
    start: vi.fn(async (_: Params) => `exp-${vendor.start.mock.calls.length}`),
    get: vi.fn(async (ref: string): Promise<ExportJob> => {
      const job = { vendor: 'acme', id: ref, ref, status: 'completed', rawStatus: 'done', raw: {} }
      return { ...job, ...jobs.get(ref) } as ExportJob
    }),
    open: vi.fn(async () => ({
      body: new Blob([text]).stream() as ReadableStream<Uint8Array>,
      start: 0,
      size: text.length,
      fileName: 'vendors.json',
    })),
    run: (options: Partial<Parameters<typeof exportToFile>[2]> = {}, params: Params = { day: 1 }) =>
      exportToFile(client, params, { to: vendor.to, wait: { clock }, ...options }),
    names: async () => (await readdir(folder)).sort(),
  }
  const client: ExportingClient<Params, string, ExportJob> = {
    vendor: 'acme',
    start: (params) => vendor.start(params),
    get: (ref) => vendor.get(ref),
    openDownload: () => vendor.open(),
  }
  return vendor
}

const broken = () => new TransportError('network', 'The line broke.', 'acme')
const interrupt = (vendor: Awaited<ReturnType<typeof createVendor>>) =>
  vendor.open.mockRejectedValueOnce(new ApiError('No.', { vendor: 'acme', httpStatus: 403 }))

/** Leaves what a run leaves that is killed after it named the file, and before it removed the note. */
async function killAfterNaming(
  vendor: Awaited<ReturnType<typeof createVendor>>,
  options: { to?: string; overwrite?: boolean } = {},
) {
  const written = vi.spyOn(JSON, 'stringify')
  await vendor.run(options)
  const notes = written.mock.results.map(({ value }) => String(value))
  written.mockRestore()
  const note = notes.find((each) => each.includes('"saved"')) as string
  const saved = await vendor.names()
  const { params } = JSON.parse(note) as { params: string }
  const inFolder = join(vendor.folder, `.acme-${params.slice(0, 16)}.start.json`)
  await writeFile(options.to?.endsWith('/') ? inFolder : vendor.note, note)
  return { saved }
}

test('starts, waits and saves, and leaves nothing else', async () => {
  const vendor = await createVendor()
  const { path, bytes, job } = await vendor.run()
  expect({ path, bytes }).toEqual({ path: vendor.to, bytes: text.length })
  expect(job).toMatchObject({ status: 'completed', ref: 'exp-1' } satisfies Partial<CompletedJob>)
  expect(await readFile(vendor.to, 'utf8')).toBe(text)
  expect((await stat(vendor.to)).mode & 0o777).toBe(0o600)
  expect(await vendor.names()).toEqual(['out.json'])
  expect(vendor.start).toHaveBeenCalledExactlyOnceWith({ day: 1 })
})

describe('called again, it resumes and starts nothing', () => {
  test.each<[what: string, params: Params[]]>([
    [
      'with the same parameters',
      [
        { a: 1, b: { c: [1, 2], d: new Date(0) } },
        { a: 1, b: { c: [1, 2], d: new Date(0) } },
      ],
    ],
    [
      'with their keys in another order',
      [
        { a: 1, b: { c: 1, d: 2 } },
        { b: { d: 2, c: 1 }, a: 1 },
      ],
    ],
    ['with a key that is undefined', [{ a: 1 }, { a: 1, b: undefined }]],
  ])('%s', async (_, [first, second]) => {
    const vendor = await createVendor()
    interrupt(vendor)
    await caughtError(vendor.run({}, first))
    expect(await vendor.names()).toEqual(['out.json.start.json'])
    await vendor.run({}, second)
    expect(vendor.start).toHaveBeenCalledTimes(1)
    expect(await vendor.names()).toEqual(['out.json'])
  })

  test('into a folder, whose file has no name before', async () => {
    const vendor = await createVendor()
    interrupt(vendor)
    await caughtError(vendor.run({ to: `${vendor.folder}/` }))
    expect(await vendor.names()).toEqual([expect.stringMatching(/^\.acme-[0-9a-f]{16}\.start\.json$/)])
    await vendor.run({ to: `${vendor.folder}/` }, { day: 2 })
    expect(vendor.start).toHaveBeenCalledTimes(2)
    await rm(join(vendor.folder, 'vendors.json'))
    await vendor.run({ to: `${vendor.folder}/` })
    expect(vendor.start).toHaveBeenCalledTimes(2)
    expect(await vendor.names()).toEqual(['vendors.json'])
  })

  test.each([
    ['the file', 'out.json', false],
    ['the file, to overwrite another', 'out.json', true],
    ['the file in a folder', '', false],
  ])('when it was killed after %s got its name', async (_, name, overwrite) => {
    const vendor = await createVendor()
    const to = join(vendor.folder, name) + (name ? '' : '/')
    if (overwrite) await writeFile(vendor.to, 'old')
    const { saved } = await killAfterNaming(vendor, { to, overwrite })
    expect(await vendor.run({ to, overwrite })).toMatchObject({ bytes: text.length, job: { ref: 'exp-1' } })
    expect(vendor.start).toHaveBeenCalledTimes(1)
    expect(vendor.open).toHaveBeenCalledTimes(1)
    expect(await vendor.names()).toEqual(saved)
  })

  test.each<[what: string, error: unknown]>([
    ['a broken line', broken()],
    ['an abort', 'enough'],
    ['403', new ApiError('No.', { vendor: 'acme', httpStatus: 403 })],
    ['404', new ApiError('No.', { vendor: 'acme', httpStatus: 404 })],
    ['410', new ApiError('No.', { vendor: 'acme', httpStatus: 410 })],
  ])('and after %s once more, when only the export is left to read', async (_, error) => {
    const vendor = await createVendor()
    const { saved } = await killAfterNaming(vendor, { overwrite: true })
    vendor.get.mockRejectedValueOnce(error)
    expect(await caught(vendor.run({ overwrite: true }))).toBe(error)
    expect(await vendor.run({ overwrite: true })).toMatchObject({ path: vendor.to, job: { ref: 'exp-1' } })
    expect(vendor.start).toHaveBeenCalledTimes(1)
    expect(vendor.open).toHaveBeenCalledTimes(1)
    expect(await vendor.names()).toEqual(saved)
  })

  test.each([404, 410])('or says that the file is saved, and what to remove, on %i', async (httpStatus) => {
    const vendor = await createVendor()
    await killAfterNaming(vendor)
    vendor.get.mockRejectedValueOnce(new ApiError('No.', { vendor: 'acme', httpStatus }))
    const { message, advice } = await caughtError(vendor.run())
    for (const words of [message, advice]) {
      expect(words).toContain(`The file is already saved as ${vendor.to}.`)
      expect(words).toContain(`To start a new export, remove ${vendor.note}.`)
    }
    await rm(vendor.note)
    await vendor.run({ overwrite: true })
    expect(vendor.start).toHaveBeenCalledTimes(2)
  })

  test('but another file than the one that was saved is not accepted', async () => {
    const vendor = await createVendor()
    const note = { kind: 'export-jobs/start', version: 1, vendor: 'acme' }
    interrupt(vendor)
    await caughtError(vendor.run())
    const { params } = JSON.parse(await readFile(vendor.note, 'utf8'))
    for (const [content, checksum] of [
      ['precious', 1],
      ['x'.repeat(text.length), 1],
    ] as const) {
      await writeFile(vendor.to, content)
      const key = String((await stat(vendor.to, { bigint: true })).ino)
      const saved = { path: vendor.to, key, bytes: text.length, checksum }
      await writeFile(vendor.note, JSON.stringify({ ...note, params, ref: 'exp-1', saved }))
      const error = await caughtError(vendor.run())
      expect(error).toMatchObject({
        code: 'invalid-option',
        message: expect.stringContaining('already exists'),
      })
      expect(await readFile(vendor.to, 'utf8')).toBe(content)
      await rm(vendor.to)
    }
    await vendor.run()
    expect(vendor.start).toHaveBeenCalledTimes(1)
  })
})

test('killed before the new file got its name, it does not take the old one for it', async () => {
  const vendor = await createVendor()
  // They differ only behind the first 2 MiB, where a checksum covers samples.
  const rows = (paid: string) => `["${'x'.repeat(2.2 * 2 ** 20)}","paid:${paid}"]`
  const [before, now] = [rows('no'), rows('ok')]
  vendor.open.mockImplementation(async () => ({
    body: new Blob([now]).stream() as never,
    start: 0,
    size: now.length,
    fileName: 'x',
  }))
  const old = join(vendor.folder, 'old')
  await writeFile(old, before)
  await killAfterNaming(vendor)
  await rename(old, vendor.to)
  expect(await vendor.run({ overwrite: true })).toMatchObject({ job: { ref: 'exp-1' } })
  expect((await readFile(vendor.to, 'utf8')) === now).toBe(true)
  expect(vendor.start).toHaveBeenCalledTimes(1)
  expect(await vendor.names()).toEqual(['out.json'])
})

describe('a start that fails', () => {
  const refused = (httpStatus: number) => new ApiError('No.', { vendor: 'acme', httpStatus })

  test.each<[what: string, error: Error]>([
    ['400', refused(400)],
    ['401', refused(401)],
    ['429', refused(429)],
    ['nothing was sent', new TransportError('network', 'No line.', 'acme', false)],
  ])('%s: nothing has begun, and the same call begins', async (_, error) => {
    const vendor = await createVendor()
    vendor.start.mockRejectedValueOnce(error)
    expect(await caught(vendor.run())).toBe(error)
    expect(await vendor.names()).toEqual([])
    await vendor.run()
    expect(vendor.start).toHaveBeenCalledTimes(2)
  })

  test.each<[what: string, error: unknown]>([
    ['500', refused(500)],
    ['408', refused(408)],
    ['the line broke', broken()],
    ['no id', new ResponseError('unexpected-shape', 'What?', 'acme')],
    ['an abort', 'enough'],
    ['a bug', new TypeError('x')],
  ])('%s: nobody knows, and the next call says what to do', async (_, error) => {
    const vendor = await createVendor()
    vendor.start.mockRejectedValueOnce(error)
    expect(await caught(vendor.run())).toBe(error)
    const again = await caughtError(vendor.run())
    expect(again).toMatchObject({ name: 'ConfigurationError', code: 'invalid-state' })
    expect(again.advice).toContain(`Look for the export at the vendor, then remove ${vendor.note}.`)
    expect(again.advice).toContain('If it was started, download it by its id')
    expect(vendor.start).toHaveBeenCalledTimes(1)
    await rm(vendor.note)
    await vendor.run()
    expect(vendor.start).toHaveBeenCalledTimes(2)
  })
})

test('a start that may have succeeded says so in its error, and names the note', async () => {
  const vendor = await createVendor()
  vendor.start.mockRejectedValueOnce(new ApiError('Busy.', { vendor: 'acme', httpStatus: 503 }))
  const error = await caughtError(vendor.run())
  expect(error).toMatchObject({ name: 'ApiError', code: 'server-error', httpStatus: 503 })
  for (const words of [error.message, error.advice]) {
    expect(words).toContain(`The export may have been started, so ${vendor.note} prevents another start.`)
    expect(words).toContain('If it was started, download it by its id')
  }
})

test('an abort while the target is checked starts nothing and leaves no note', async () => {
  const vendor = await createVendor()
  const controller = new AbortController()
  const running = caught(vendor.run({ signal: controller.signal }))
  controller.abort('enough')
  expect(await running).toBe('enough')
  expect(vendor.start).not.toHaveBeenCalled()
  expect(await vendor.names()).toEqual([])
})

describe('an export that the note remembers', () => {
  test.each(['failed', 'canceled', 'expired'] as const)(
    'and that has %s is forgotten: the next call starts a new one',
    async (status) => {
      const vendor = await createVendor()
      vendor.jobs.set('exp-1', { status, reason: 'because' } as never)
      expect(await caughtError(vendor.run())).toMatchObject({ code: `job-${status}` })
      expect(await vendor.names()).toEqual([])
      await vendor.run()
      expect(vendor.start).toHaveBeenCalledTimes(2)
    },
  )

  test('and whose file no longer exists is forgotten', async () => {
    const vendor = await createVendor()
    vendor.open.mockRejectedValueOnce(new ApiError('Gone.', { vendor: 'acme', httpStatus: 410 }))
    expect(await caughtError(vendor.run())).toMatchObject({ code: 'gone' })
    expect(await vendor.names()).toEqual([])
  })

  test('and that the vendor does not know stays, as the credentials may be wrong', async () => {
    const vendor = await createVendor()
    interrupt(vendor)
    await caughtError(vendor.run())
    vendor.get.mockRejectedValue(new ApiError('Not found.', { vendor: 'acme', httpStatus: 404 }))
    const error = await caughtError(vendor.run())
    expect(error).toMatchObject({ name: 'WaitError', reason: 'not-found' })
    expect(error.advice).toContain(vendor.note)
    expect(error.message).toContain(vendor.note)
    expect(vendor.start).toHaveBeenCalledTimes(1)
  })

  test('and whose file is incomplete stays', async () => {
    const vendor = await createVendor()
    vendor.jobs.set('exp-1', { fileSize: 100 })
    const error = await caughtError(vendor.run())
    expect(error).toMatchObject({ code: 'incomplete' })
    expect(error.advice).toContain(vendor.note)
  })
})

describe('a note', () => {
  test.each<[what: string, make: (path: string) => Promise<unknown>]>([
    ['that is torn', (path) => writeFile(path, '{"kind":"export-jobs/start"')],
    ['of another program', (path) => writeFile(path, '{}')],
    ['that is a link', (path) => symlink('nowhere', path)],
    ['that is a folder', (path) => mkdir(path)],
  ])('%s stays, and is named', async (_, make) => {
    const vendor = await createVendor()
    await make(vendor.note)
    const error = await caughtError(vendor.run())
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-state' })
    expect(error.message).toContain(vendor.note)
    expect(vendor.start).not.toHaveBeenCalled()
    expect(await vendor.names()).toEqual(['out.json.start.json'])
  })

  test.each([[0], [2], ['1'], [undefined]])(
    'of version %j is refused, and nothing starts',
    async (version) => {
      const vendor = await createVendor()
      interrupt(vendor)
      await caughtError(vendor.run())
      const note = JSON.parse(await readFile(vendor.note, 'utf8'))
      const other = JSON.stringify({ ...note, version })
      await writeFile(vendor.note, other)
      const error = await caughtError(vendor.run())
      expect(error).toMatchObject({
        code: 'invalid-state',
        message: expect.stringContaining('was written by another version'),
      })
      expect(error.message).toContain(vendor.note)
      expect(await readFile(vendor.note, 'utf8')).toBe(other)
      expect(vendor.start).toHaveBeenCalledTimes(1)
      await writeFile(vendor.note, JSON.stringify(note))
      await vendor.run()
      expect(vendor.start).toHaveBeenCalledTimes(1)
    },
  )

  test('that another run has written meanwhile is not removed', async () => {
    const vendor = await createVendor()
    vendor.start.mockImplementationOnce(async () => {
      await rm(vendor.note)
      await writeFile(vendor.note, 'of the other run')
      return 'exp-1'
    })
    await vendor.run()
    expect(await readFile(vendor.note, 'utf8')).toBe('of the other run')
  })

  test('of a run that was killed before it asked is used', async () => {
    const vendor = await createVendor()
    await writeFile(vendor.note, '')
    await vendor.run()
    expect(await vendor.names()).toEqual(['out.json'])
  })

  test('of other parameters is named in the error, and nothing starts', async () => {
    const vendor = await createVendor()
    interrupt(vendor)
    await caughtError(vendor.run())
    const error = await caughtError(vendor.run({}, { day: 2 }))
    expect(error).toMatchObject({ code: 'invalid-state', message: expect.stringContaining(vendor.note) })
    expect(vendor.start).toHaveBeenCalledTimes(1)
  })

  test('holds neither the parameters nor a URL, and only its owner can read it', async () => {
    const vendor = await createVendor()
    vendor.open.mockRejectedValueOnce(broken())
    interrupt(vendor)
    await caughtError(vendor.run({}, { password: 'hush-hush' }))
    expect(JSON.parse(await readFile(vendor.note, 'utf8'))).toEqual({
      kind: 'export-jobs/start',
      version: 1,
      vendor: 'acme',
      params: expect.stringMatching(/^[0-9a-f]{64}$/),
      ref: 'exp-1',
    })
    expect((await stat(vendor.note)).mode & 0o777).toBe(0o600)
  })

  const loop: Params = {}
  loop.loop = loop

  test.each<[what: string, params: Params]>([
    ['a cycle', loop],
    ['a Set', { ids: new Set([1]) }],
    ['a Map', { ids: new Map() }],
    ['a query', { query: new URLSearchParams('a=1') }],
    ['a bigint', { id: 5n }],
    ['a number that is none', { id: Number.NaN }],
    ['no date', { from: new Date(Number.NaN) }],
  ])('cannot be made of %s, which JSON cannot hold, and nothing is written', async (_, params) => {
    const vendor = await createVendor()
    const write = vi.spyOn(vendor, 'start')
    for (const to of [vendor.to, `${vendor.folder}/`, join(vendor.folder, 'missing', 'x')])
      expect(await caughtError(vendor.run({ to }, params))).toMatchObject({
        code: 'invalid-option',
        message: 'params must be what JSON can hold.',
      })
    expect(write).not.toHaveBeenCalled()
    expect(await vendor.names()).toEqual([])
  })

  test.each(['out.json', ''])('of another server is not believed: %j', async (name) => {
    const vendor = await createVendor()
    const to = join(vendor.folder, name) + (name ? '' : '/')
    const at = (url: string) => ({ ...vendor.client, ...carryServer(url) })
    interrupt(vendor)
    await caughtError(exportToFile(at('https://a.example'), { day: 1 }, { to }))
    const other = exportToFile(at('https://b.example'), { day: 1 }, { to })
    if (name) expect(await caughtError(other)).toMatchObject({ code: 'invalid-state' })
    else await other
    expect(vendor.start).toHaveBeenCalledTimes(name ? 1 : 2)
    if (!name) await rm(join(vendor.folder, 'vendors.json'))
    await exportToFile(at('https://a.example'), { day: 1 }, { to })
    expect(vendor.start).toHaveBeenCalledTimes(name ? 1 : 2)
  })
})

describe('two at once', () => {
  test('the second is refused, with no advice that would harm the first', async () => {
    const vendor = await createVendor()
    let begin = (_: string) => {}
    vendor.start.mockReturnValueOnce(
      new Promise((resolve) => {
        begin = resolve
      }),
    )
    const first = vendor.run()
    await vi.waitUntil(() => vendor.start.mock.calls.length === 1)
    const reason = await caughtError(vendor.run())
    begin('exp-1')
    await first
    expect(reason).toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining('Another run is working on'),
    })
    expect(reason.message).not.toMatch(/remove/i)
    expect(vendor.start).toHaveBeenCalledTimes(1)
    expect(await vendor.names()).toEqual(['out.json'])
  })
})

test('a file that exists is refused before anything starts, and overwritten if asked', async () => {
  const vendor = await createVendor()
  await writeFile(vendor.to, 'precious')
  expect(await caughtError(vendor.run())).toMatchObject({ code: 'invalid-option' })
  expect(vendor.start).not.toHaveBeenCalled()
  await vendor.run({ overwrite: true, mode: 0o644 })
  expect(await readFile(vendor.to, 'utf8')).toBe(text)
  expect((await stat(vendor.to)).mode & 0o777).toBe(0o644)
})

test.each(['start', 'openDownload', 'get'])('a client without %s is refused before any I/O', async (name) => {
  const vendor = await createVendor()
  const client = { ...vendor.client, [name]: undefined }
  const error = await caughtError(exportToFile(client as never, {}, { to: vendor.to }))
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
  expect(vendor.start).not.toHaveBeenCalled()
  expect(await vendor.names()).toEqual([])
})

test.each([
  ['no client', (to: string) => exportToFile(undefined as never, {}, { to })],
  ['no client to download with', (to: string) => download(undefined as never, 'exp-1', { to })],
  ['a client without downloads', (to: string) => download({ vendor: 'x', get() {} } as never, 'e', { to })],
  ['no options', async () => download((await createVendor()).client, 'exp-1', undefined as never)],
])('%s is refused in plain words', async (_, run) => {
  const folder = await makeFolder()
  const error = await caughtError(run(join(folder, 'x')))
  expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
  expect(await readdir(folder)).toEqual([])
})

test('on a full disk nothing is left behind, and no file stays open', async () => {
  const vendor = await createVendor()
  for (let failing = 1; failing <= 6; failing++) {
    const full = await fillDisk(vendor.folder, failing)
    const error = await caught(vendor.run())
    full.mockRestore()
    if (!error) break
    expect(error).toMatchObject({ code: 'ENOSPC' })
    expect(await openFiles(vendor.folder)).toEqual([])
    expect((await vendor.names()).filter((name) => name.endsWith('.lock'))).toEqual([])
    for (const name of await vendor.names()) await rm(join(vendor.folder, name))
  }
})

/** Makes the n-th write to a file fail. */
async function fillDisk(folder: string, nth: number) {
  const file = await open(folder)
  const prototype: FileHandle = Object.getPrototypeOf(file)
  await file.close()
  const { write } = prototype
  let count = 0
  return vi.spyOn(prototype, 'write').mockImplementation(function (this: FileHandle, ...given: unknown[]) {
    if (++count === nth) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    return write.apply(this, given as never) as never
  })
}

test.each(['signal', 'wait.signal'])(
  'an abort with %s rejects with that reason, and the next call resumes',
  async (which) => {
    const vendor = await createVendor()
    const controller = new AbortController()
    vendor.open.mockImplementationOnce(async () => {
      controller.abort('enough')
      return { body: new Blob([text]).stream() as never, start: 0, size: text.length, fileName: 'x' }
    })
    const { signal } = controller
    const options =
      which === 'signal' ? { signal } : { wait: { signal }, signal: new AbortController().signal }
    expect(await caught(vendor.run(options))).toBe('enough')
    await vendor.run()
    expect(vendor.start).toHaveBeenCalledTimes(1)
    expect(await vendor.names()).toEqual(['out.json'])
  },
)

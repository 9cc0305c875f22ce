import { spawnSync } from 'node:child_process'
import { chmod, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { download, exportToFile } from '../../src/node/index.ts'
import { endsAsFolder } from '../../src/node/target.ts'
import { caughtError } from '../support/caught.ts'
import { createPlainClient } from '../support/vendors.ts'
import { makeFolder } from './world.ts'

interface Bad {
  readonly what: string
  /** Inside the folder of the test. */
  readonly to: string
  readonly says: RegExp
  readonly overwrite?: boolean
  prepare?(folder: string): unknown
}

const pipe = (folder: string) => spawnSync('mkfifo', [join(folder, 'x')])
const socket = async (folder: string) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(join(folder, 'x'), resolve))
  onTestFinished(() => void server.close())
}

const bad: Bad[] = [
  { what: 'a NUL character', to: 'a\0b', says: /NUL/ },
  { what: 'a long name', to: 'x'.repeat(246), says: /246 bytes; at most 24[45]/ },
  { what: 'a name that is long in bytes', to: 'é'.repeat(123), says: /246 bytes/ },
  { what: 'a long path', to: `${'x/'.repeat(3_000)}x`, says: /too long|does not exist/ },
  {
    what: 'a file as its folder',
    to: 'file/x',
    says: /is not a folder/,
    prepare: (folder) => writeFile(join(folder, 'file'), ''),
  },
  {
    what: 'a file as the folder',
    to: 'file/',
    says: /is not a folder/,
    prepare: (folder) => writeFile(join(folder, 'file'), ''),
  },
  {
    what: 'a folder without a slash',
    to: 'x',
    says: /is a folder.*end it with "\/"/,
    prepare: (folder) => mkdir(join(folder, 'x')),
  },
  {
    what: 'a folder, to overwrite',
    to: 'x',
    overwrite: true,
    says: /is a folder/,
    prepare: (folder) => mkdir(join(folder, 'x')),
  },
  { what: 'the folder itself', to: '.', says: /is a folder/ },
  {
    what: 'the folder above',
    to: 'x/..',
    says: /is a folder/,
    prepare: (folder) => mkdir(join(folder, 'x')),
  },
  { what: 'no such folder', to: 'nodir/x', says: /nodir does not exist.*Create it/ },
  { what: 'no such folder, as a folder', to: 'nodir/', says: /nodir\/ does not exist/ },
  {
    what: 'a link that leads to itself',
    to: 'x/y',
    says: /form a loop/,
    prepare: (folder) => symlink('x', join(folder, 'x')),
  },
  {
    what: 'a file that exists',
    to: 'x',
    says: /already exists.*overwrite/,
    prepare: (folder) => writeFile(join(folder, 'x'), ''),
  },
  ...[true, false].flatMap((overwrite) => [
    {
      what: 'a link to a file',
      to: 'x',
      overwrite,
      says: /symbolic link/,
      prepare: (folder: string) =>
        writeFile(join(folder, 'y'), 'precious').then(() => symlink('y', join(folder, 'x'))),
    },
    {
      what: 'a link to nothing',
      to: 'x',
      overwrite,
      says: /symbolic link/,
      prepare: (folder: string) => symlink('nowhere', join(folder, 'x')),
    },
    { what: 'a pipe', to: 'x', overwrite, says: /a pipe/, prepare: pipe },
    { what: 'a socket', to: 'x', overwrite, says: /a socket/, prepare: socket },
    { what: 'a device', to: '/dev/null', overwrite, says: /a device/ },
    { what: 'a folder of the system', to: '/etc', overwrite, says: /a folder/ },
  ]),
]

const ways = {
  download: (
    client: ReturnType<typeof createPlainClient>,
    options: { to: string; overwrite?: boolean | undefined },
  ) => download(client, 'exp-1', { ...options, wait: {} }),
  exportToFile: (
    client: ReturnType<typeof createPlainClient>,
    options: { to: string; overwrite?: boolean | undefined },
  ) => exportToFile(client, {} as never, options),
}

describe.each(Object.entries(ways))('%s refuses a target before any request', (_, run) => {
  test.each(bad)('$what, overwrite: $overwrite', async ({ to, overwrite, says, prepare }) => {
    const folder = await makeFolder()
    await prepare?.(folder)
    const before = await readdir(folder)
    let requests = 0
    const client = createPlainClient({ fetch: () => Promise.reject(requests++) })
    const path = to.startsWith('/') ? to : `${folder}/${to}`
    const error = await caughtError(run(client, { to: path, overwrite }))
    expect(error).toMatchObject({
      name: 'ConfigurationError',
      code: 'invalid-option',
      advice: expect.any(String),
    })
    expect(error.message).toMatch(says)
    expect(requests).toBe(0)
    expect(await readdir(folder)).toEqual(before)
  })

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be written to', async () => {
    const folder = await makeFolder()
    await chmod(folder, 0o500)
    const error = await caughtError(run(createPlainClient(), { to: join(folder, 'x') }))
    expect(error).toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining('cannot be written to'),
    })
  })
})

test('the longest name that is possible is possible', async () => {
  const folder = await makeFolder()
  const to = join(folder, 'x'.repeat(245))
  const body = () => new Blob(['[]']).stream() as ReadableStream<Uint8Array>
  const client = {
    ...createPlainClient({ fetch: () => Promise.reject(new Error('no')) }),
    get: async () => ({}) as never,
  }
  await download({ ...client, openDownload: async () => ({ body: body(), start: 0, size: 2 }) }, 'exp-1', {
    to,
  })
  expect((await lstat(to)).size).toBe(2)
})

test.each<[string, boolean, boolean]>([
  ['a/', false, true],
  ['a\\', false, false],
  ['a\\', true, true],
  ['C:\\dir\\', true, true],
  ['C:\\dir', true, false],
  ['C:/dir/', true, true],
])('%s is a folder, on Windows %j: %j', (path, onWindows, isFolder) => {
  expect(endsAsFolder(path, onWindows)).toBe(isFolder)
})

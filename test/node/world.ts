import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ExportFormat } from '../../src/index.ts'
import { type DownloadProgress, type DownloadToFileOptions, download } from '../../src/node/index.ts'
import { createVirtualClock } from '../../src/testing/index.ts'
import type { TykJob } from '../../src/vendors/tyk.ts'
import { caught } from '../support/caught.ts'
import { type ServedFile, serveFile, type Twists } from '../support/file-server.ts'
import { createPlainClient } from '../support/vendors.ts'

export const id = 'exp-1'
export const etag = '"version-1"'

/** A JSON document of about so many bytes. */
export const jsonOf = (bytes: number, word = 'created') =>
  JSON.stringify(Array.from({ length: bytes / 32 }, (_, index) => ({ index, action: word })))

/** A folder that is removed after the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A file on a server, a client for it, and a folder to download it to. Pauses use a virtual clock. */
export async function createWorld(file: Partial<ServedFile> = {}, twists?: Twists) {
  const folder = await makeFolder()
  const server = await serveFile({ content: jsonOf(10_000), etag, ...file }, twists)
  const clock = createVirtualClock({ auto: true })
  const client = createPlainClient({ baseUrl: server.origin, retries: 0, clock, timeout: '5s' })
  const to = join(folder, 'out.json')
  const world = {
    server,
    /** The client that `download` uses. */
    get client() {
      return ready
    },
    clock,
    folder,
    to,
    part: `${to}.part`,
    note: `${to}.part.json`,
    /** Returns the vendor's view of the export. */
    look: async () => completedJob(id),
    /** The format of the file. */
    format: 'json' as ExportFormat | undefined,
    /** Downloads after a wait that ends at once; its clock times the pauses. */
    download(options: Partial<DownloadToFileOptions<TykJob>> = {}, refOrJob: string | TykJob = id) {
      const onProgress = (progress: DownloadProgress) => {
        server.tell(progress.bytes)
        options.onProgress?.(progress)
      }
      return download(ready, refOrJob, { to, wait: { clock }, ...options, onProgress })
    },
    /** Aborts a download after so many bytes; the part and its note stay. */
    async abandon(bytes: number): Promise<void> {
      const controller = new AbortController()
      const onProgress = (progress: DownloadProgress) => {
        if (progress.bytes >= bytes) controller.abort(world)
      }
      const error = await caught(world.download({ onProgress, signal: controller.signal }))
      if (error !== world) throw error
    },
    /** The contents of the folder by name; links are not followed. */
    async snapshot(): Promise<Record<string, string>> {
      const entries = await readdir(folder, { withFileTypes: true })
      const contents = entries.map(async (entry) => [
        entry.name,
        entry.isFile() ? await readFile(join(folder, entry.name), 'utf8') : 'no file',
      ])
      return Object.fromEntries(await Promise.all(contents))
    },
    names: async () => (await readdir(folder)).sort(),
    saved: (path = to) => readFile(path, 'utf8'),
  }
  const ready: typeof client = {
    ...client,
    get: () => world.look(),
    openDownload: async (...request) => {
      const { format: _, ...opened } = await client.openDownload(...request)
      return world.format ? { ...opened, format: world.format } : opened
    },
  }
  return world
}

export type World = Awaited<ReturnType<typeof createWorld>>

/** A completed job of Tyk. */
export const completedJob = (ref: string, totalRecords?: number): TykJob => ({
  vendor: 'tyk',
  id: ref,
  ref,
  status: 'completed',
  rawStatus: 'completed',
  raw: { id: ref, attributes: { status: 'completed' } },
  ...(totalRecords !== undefined && { totalRecords }),
})

/** The open files of this process in a folder; empty except on Linux. */
export async function openFiles(folder: string): Promise<string[]> {
  const handles = await readdir('/proc/self/fd').catch(() => [])
  const paths = await Promise.all(
    handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')),
  )
  return paths.filter((path) => path.startsWith(folder))
}

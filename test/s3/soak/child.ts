// The process that downloads, alone in it so that what is measured is the download: started with its errand as JSON.
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { download } from '../../../src/node/index.ts'
import { createLoyaltyDogClient } from '../../../src/vendors/loyaltydog.ts'

/** How it downloads: `wait` waits for the export; the others have its URL already. */
export type Way = 'wait' | 'ours' | 'fetch' | 'fetch+fsync'

/** What a process is to do. */
export interface Errand {
  readonly way: Way
  readonly baseUrl: string
  readonly token: string
  /** The export, and one to warm up with. */
  readonly id: string
  readonly warmUp?: string
  readonly to: string
}

/** What it tells; memory in bytes. */
export interface Done {
  readonly seconds: number
  readonly baseline: number
  /** The highest of the samples, and the highest that the system knows of. */
  readonly peak: number
  readonly systemPeak: number
}

const errand: Errand = JSON.parse(process.argv[2] ?? '')
const client = createLoyaltyDogClient({ baseUrl: errand.baseUrl, token: errand.token })

async function byFetch(url: string, to: string, isSynced: boolean): Promise<void> {
  const { body } = await fetch(url)
  await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(to))
  if (!isSynced) return
  const file = await open(to, 'r+')
  await file.sync()
  await file.close()
}

/** Looks the export up, and returns what then downloads it. */
async function prepare(id: string, to: string): Promise<() => Promise<unknown>> {
  // What Node needs for its first request is none of the download's memory.
  const job = await client.get(id)
  if (errand.way === 'wait') return () => download(client, id, { to, wait: {} })
  const url = job.status === 'completed' ? (job.download?.url ?? '') : ''
  if (errand.way === 'ours') return () => download(client, job, { to })
  const isSynced = errand.way === 'fetch+fsync'
  return () => byFetch(url, to, isSynced)
}

if (errand.warmUp !== undefined) await (await prepare(errand.warmUp, `${errand.to}.warm-up`))()
const run = await prepare(errand.id, errand.to)
const baseline = process.memoryUsage.rss()
let peak = baseline
const sampling = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 50)
const began = performance.now()
await run()
const seconds = (performance.now() - began) / 1_000
clearInterval(sampling)
peak = Math.max(peak, process.memoryUsage.rss())
const systemPeak = process.resourceUsage().maxRSS * 1_024
process.send?.({ seconds, baseline, peak, systemPeak } satisfies Done, () => process.disconnect())

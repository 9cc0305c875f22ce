import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { median } from '../../../bench/measure.ts'
import { digestOf } from '../support/content.ts'
import { createServerClock } from '../support/server-clock.ts'
import { openVendor, token } from '../support/vendor.ts'
import type { Way } from './child.ts'
import { writeGenerated } from './put.ts'
import { type Figure, mebibyte } from './report.ts'
import type { buildChild } from './start.ts'

/** What is measured, and how often. */
export interface ThroughputOptions {
  readonly folder: string
  readonly start: Awaited<ReturnType<typeof buildChild>>
  readonly size: number
  readonly rounds: number
  readonly seed: string
}

const ways = ['ours', 'fetch', 'fetch+fsync'] as const satisfies readonly Way[]
const leastRatio = 0.95
const sizeToWarmUp = 8 * mebibyte

/** Serves files of known length and ETag from a folder, and nothing besides. */
async function serveFiles(folder: string, sizes: Readonly<Record<string, number>>) {
  const server = createServer(({ url = '' }, response) => {
    const name = url.slice(1)
    response.writeHead(200, { 'content-type': 'text/csv', 'content-length': sizes[name], etag: `"${name}"` })
    createReadStream(join(folder, name)).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

/** Lets the ways take turns, each in a process of its own that has warmed up; another one begins each time. */
export async function compareThroughput(options: ThroughputOptions): Promise<Figure[]> {
  const { folder, start, size, rounds, seed } = options
  const sizes = { 'file.csv': size, 'small.csv': sizeToWarmUp }
  const digest = await writeGenerated(join(folder, 'file.csv'), { size, seed })
  await writeGenerated(join(folder, 'small.csv'), { size: sizeToWarmUp, seed })
  const files = await serveFiles(folder, sizes)
  const vendor = await openVendor(createServerClock(), async (id) => `${files.origin}/${id}.csv`)
  const took: Record<(typeof ways)[number], number[]> = { ours: [], fetch: [], 'fetch+fsync': [] }
  let wrong = 0
  try {
    for (let turn = 0; turn < rounds * ways.length; turn++) {
      const round = Math.floor(turn / ways.length)
      const way = ways[(turn + round) % ways.length] as (typeof ways)[number]
      const to = join(folder, 'copy.csv')
      const { done } = start({ way, baseUrl: vendor.origin, token, id: 'file', warmUp: 'small', to })
      const { seconds } = (await done) ?? {}
      if (seconds === undefined || (await digestOf(to)) !== digest) wrong++
      else took[way].push(seconds)
      for (const file of [to, `${to}.warm-up`]) await rm(file, { force: true })
    }
  } finally {
    vendor.close()
    files.close()
    await Promise.all(Object.keys(sizes).map((name) => rm(join(folder, name))))
  }
  const ratio = median(took.fetch) / median(took.ours)
  return [
    ...ways.map((way) => ({
      name: way,
      measured: `${(size / mebibyte / median(took[way])).toFixed(0)} MiB/s, median of ${took[way].length}`,
    })),
    { name: 'files that differ', measured: `${wrong}`, limit: '0', isReached: wrong === 0 },
    {
      name: 'ours to fetch+fsync',
      measured: (median(took['fetch+fsync']) / median(took.ours)).toFixed(3),
    },
    {
      name: 'ours to fetch',
      measured: ratio.toFixed(3),
      limit: `≥ ${leastRatio}`,
      isReached: ratio >= leastRatio,
    },
  ]
}

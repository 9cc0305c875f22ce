import { join } from 'node:path'
import { digestOf } from '../support/content.ts'
import { openProxy } from '../support/cutting-proxy.ts'
import { openS3, strayHeaders } from '../support/s3.ts'
import { openVendor, token } from '../support/vendor.ts'
import { putGenerated } from './put.ts'
import { createDice, type Figure, inMegabytes, inPercent, mebibyte } from './report.ts'
import type { buildChild } from './start.ts'

/** How one download is disturbed. */
export interface CutsOptions {
  readonly folder: string
  readonly start: Awaited<ReturnType<typeof buildChild>>
  readonly size: number
  readonly cuts: number
  /** How many of the cuts the signed URL does not outlive. */
  readonly expiries: number
  readonly cutBy: 'end' | 'reset'
  readonly seed: string
}

const mostTwice = 0.01
const mostMemory = 64e6
const hour = 3_600_000

/** Downloads one file whose connection ends again and again. */
export async function soakCuts({ folder, start, ...options }: CutsOptions): Promise<Figure[]> {
  const { size, cuts, expiries, cutBy, seed } = options
  const s3 = await openS3(join(folder, 's3'))
  const digest = await putGenerated(s3, { key: 'big.csv', size, seed, folder })
  const roll = createDice(seed)
  const places = Array.from({ length: cuts }, () => Math.floor(roll() * size)).sort((a, b) => a - b)
  let cut = 0
  let expired = 0
  const proxy = await openProxy(s3.port, {
    cuts: places,
    cutBy,
    afterCut() {
      cut++
      if (Math.floor((cut * (expiries + 1)) / (cuts + 1)) <= expired) return
      expired++
      s3.clock.advance(2 * hour)
    },
  })
  const sign = s3.signer(proxy.origin)
  const vendor = await openVendor(s3.clock, (id) => sign(`${id}.csv`))
  const to = join(folder, 'big.csv')
  try {
    const done = await start({ way: 'wait', baseUrl: vendor.origin, token, id: 'big', to }).done
    const isSame = done !== undefined && (await digestOf(to)) === digest
    const twice = (proxy.served - size) / size
    const more = done ? done.peak - done.baseline : Number.NaN
    const stray = strayHeaders(s3.requests)
    return [
      { name: 'cuts', measured: `${cut}`, limit: `${cuts}`, isReached: cut === cuts },
      {
        name: 'expiries of the URL',
        measured: `${expired}, which took ${vendor.calls - 2} more looks`,
        limit: `${expiries}`,
        isReached: expired === expiries && vendor.calls - 1 > expiries,
      },
      {
        name: 'SHA-256',
        measured: isSame ? digest.slice(0, 16) : 'differs',
        limit: 'identical',
        isReached: isSame,
      },
      {
        name: 'fetched twice',
        measured: `${inPercent(twice)} (${inMegabytes(proxy.served - size)})`,
        limit: `≤ ${100 * mostTwice} %`,
        isReached: twice >= 0 && twice <= mostTwice,
      },
      {
        name: 'memory above baseline',
        measured: done
          ? `${inMegabytes(more)} (${inMegabytes(done.baseline)} to ${inMegabytes(done.peak)}; system ${inMegabytes(done.systemPeak)})`
          : '',
        limit: `≤ ${mostMemory / 1e6} MB`,
        isReached: more <= mostMemory,
      },
      {
        name: 'headers that are the vendor`s',
        measured: `${stray.length} in ${s3.requests.length} requests to S3`,
        limit: '0',
        isReached: stray.length === 0,
      },
      {
        name: 'time',
        measured: done
          ? `${done.seconds.toFixed(1)} s, ${(size / mebibyte / done.seconds).toFixed(0)} MiB/s`
          : 'failed',
      },
    ]
  } finally {
    await Promise.all([proxy.close(), vendor.close(), s3.close()])
  }
}

import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { digestOf } from '../support/content.ts'
import { openProxy } from '../support/cutting-proxy.ts'
import { openS3, strayHeaders } from '../support/s3.ts'
import { openVendor, token } from '../support/vendor.ts'
import { putGenerated } from './put.ts'
import { createDice, type Figure, inMegabytes, inPercent, mebibyte } from './report.ts'
import type { buildChild } from './start.ts'

/** How many processes are killed, and of what. */
export interface KillsOptions {
  readonly folder: string
  readonly start: Awaited<ReturnType<typeof buildChild>>
  readonly kills: number
  readonly seed: string
}

/** One process that was killed, and what came of its file. */
interface Killed {
  /** What lay there when it was dead. */
  readonly found: 'nothing' | 'part' | 'whole part' | 'file'
  readonly isSame: boolean
  /** Nothing lies beside the file in the end. */
  readonly isTidy: boolean
  readonly isPrivate: boolean
  readonly size: number
  readonly twice: number
}

const sizes = [8, 16, 24, 32].map((mebibytes) => mebibytes * mebibyte)
const atOnce = 4
const bytesPerSecond = 40e6

/** Kills processes in the middle of their download and lets others resume it. */
export async function soakKills({ folder, start, kills, seed }: KillsOptions): Promise<Figure[]> {
  const s3 = await openS3(join(folder, 's3'))
  const digests = new Map<number, string>()
  for (const size of sizes)
    digests.set(size, await putGenerated(s3, { key: `${size}.csv`, size, seed, folder }))
  const signers = new Map<string, () => Promise<string>>()
  const vendor = await openVendor(s3.clock, (id) => signers.get(id)?.() ?? Promise.reject(new Error(id)))
  let begun = 0

  /** Undefined where the process had come to its end before. */
  async function kill(): Promise<Killed | undefined> {
    const id = `kill-${begun++}`
    const roll = createDice(`${seed} ${id}`)
    const size = sizes[Math.floor(roll() * sizes.length)] as number
    const proxy = await openProxy(s3.port, { bytesPerSecond })
    const sign = s3.signer(proxy.origin)
    signers.set(id, () => sign(`${size}.csv`))
    const own = join(folder, id)
    await mkdir(own)
    const to = join(own, 'export.csv')
    const errand = { way: 'wait', baseUrl: vendor.origin, token, id, to } as const
    const first = start(errand)
    const die = () => first.child.kill('SIGKILL')
    const kind = roll()
    const place = Math.floor(roll() * size)
    // Most die at any byte, some before there is one, some between the last one and the end.
    if (kind < 0.1) setTimeout(die, 300 * roll())
    else
      proxy.script.onBytes = (_, served) => {
        if (kind < 0.25 ? served < size : served < place) return
        proxy.script.onBytes = () => {}
        if (kind < 0.25) setTimeout(die, 60 * roll())
        else die()
      }
    try {
      await first.done
      if (first.child.signalCode !== 'SIGKILL') return undefined
      const found = await find(to, size)
      const isPrivate = await hasOwnerOnly(own)
      // The proxy has to see that the reader is gone before its bytes are counted.
      await sleep(10)
      proxy.script.bytesPerSecond = Number.POSITIVE_INFINITY
      if (found !== 'file') await start(errand).done
      const isSame = (await digestOf(to).catch(() => '')) === digests.get(size)
      const isTidy = (await readdir(own)).join() === 'export.csv'
      return { found, isSame, isTidy, isPrivate, size, twice: Math.max(0, proxy.served - size) }
    } finally {
      await proxy.close()
      await rm(own, { recursive: true })
    }
  }

  const killed: Killed[] = []
  let missed = 0
  const work = async () => {
    while (begun - missed < kills && missed < kills) {
      const each = await kill()
      if (each) killed.push(each)
      else missed++
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    await Promise.all([vendor.close(), s3.close()])
  }
  return toFigures(killed, kills, strayHeaders(s3.requests).length)
}

async function find(to: string, size: number): Promise<Killed['found']> {
  const sizeOf = (path: string) =>
    lstat(path).then(
      (stats) => stats.size,
      () => undefined,
    )
  if ((await sizeOf(to)) !== undefined) return 'file'
  const part = await sizeOf(`${to}.part`)
  if (part === undefined) return 'nothing'
  return part === size ? 'whole part' : 'part'
}

async function hasOwnerOnly(folder: string): Promise<boolean> {
  const modes = (await readdir(folder)).map(async (name) => (await lstat(join(folder, name))).mode & 0o777)
  return (await Promise.all(modes)).every((mode) => mode === 0o600)
}

function toFigures(killed: readonly Killed[], kills: number, stray: number): Figure[] {
  const count = (isSuch: (each: Killed) => boolean) => killed.filter(isSuch).length
  const all = (name: string, isSuch: (each: Killed) => boolean): Figure => ({
    name,
    measured: `${count(isSuch)} of ${killed.length}`,
    limit: `${kills}`,
    isReached: count(isSuch) === killed.length && killed.length >= kills,
  })
  const found = (['nothing', 'part', 'whole part', 'file'] as const).map(
    (what) => `${what} ${count((each) => each.found === what)}`,
  )
  const sum = (of: (each: Killed) => number) => killed.reduce((total, each) => total + of(each), 0)
  const twice = sum(({ twice }) => twice)
  const share = twice / sum(({ size }) => size)
  return [
    { name: 'what the dead have left', measured: found.join(', ') },
    all('identical files', ({ isSame }) => isSame),
    all('nothing left beside them', ({ isTidy }) => isTidy),
    all('readable by owner only', ({ isPrivate }) => isPrivate),
    // Told only: what lay in the sockets of the dead is lost with them.
    { name: 'fetched twice', measured: `${inPercent(share)} (${inMegabytes(twice)})` },
    { name: 'headers that are the vendor`s', measured: `${stray}`, limit: '0', isReached: stray === 0 },
  ]
}

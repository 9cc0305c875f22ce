import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { recordsOf } from '../../src/testing/files.ts'
import type { Access, KillVendor, Scene } from './kill-vendors.ts'
import { openRelay, type Relay } from './relay.ts'

/** Where a run was when it was killed: it had not asked yet, had asked and kept no answer, and so on. */
export const phases = ['before', 'asking', 'waiting', 'downloading', 'after'] as const

export type Phase = (typeof phases)[number]

/** One run: the same command again and again, until it comes to its end. */
export interface KillRun {
  readonly index: number
  readonly vendor: KillVendor
  /** When to kill it, in ms from the start of each process; the last one is left alone. */
  readonly kills: readonly number[]
}

/** How it went. */
export interface KillReport extends KillRun {
  /** Where each kill met it. One that ends before its kill meets none. */
  readonly killed: readonly Phase[]
  /** Next runs that were refused since it was not known whether the export had been started, by whether it had. */
  readonly refused: readonly boolean[]
  readonly created: number
  readonly isIdentical: boolean
  readonly size: number
  /** Bytes that came over the line, with the heads of the answers and all looks. */
  readonly fetched: number
  /** What lies beside the file at the end. */
  readonly left: readonly string[]
  /** What ended otherwise than it must. */
  readonly trouble: readonly string[]
  /** Ms of the last process. */
  readonly took: number
}

interface Ended {
  readonly code: number | null
  readonly text: string
  readonly took: number
}

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

// Of a run by itself, the start, the wait and the download then take about as long as each other.
const line = { latency: 250, bytesPerSecond: 6_000_000 }
const running = 300

/** What each run downloads is another file, so that no two can be taken for each other. */
const files: Record<KillVendor, { records: number; text(records: number): string; start: string[] }> = {
  loyaltydog: {
    records: 150_000,
    text: (records) =>
      `id,action,actor\n${recordsOf(records)
        .map(({ id, action, actor }) => `${id},${action},${actor}\n`)
        .join('')}`,
    start: ['--format', 'csv'],
  },
  tyk: {
    records: 70_000,
    text: (records) => JSON.stringify(recordsOf(records)),
    start: '--source-type app --source-id 7 --start-date 2026-01-01 --end-date 2026-01-31'.split(' '),
  },
}

/** @param port - of the vendors */
export async function performRun(run: KillRun, port: number): Promise<KillReport> {
  const { index, vendor, kills } = run
  const vendors = `http://127.0.0.1:${port}`
  const records = files[vendor].records + index
  const relay = await openRelay(port, line)
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-'))
  const to = join(folder, `${index}.${vendor === 'tyk' ? 'json' : 'csv'}`)
  const scene: Scene = { vendor, host: relay.host, records, running }
  const answer = await fetch(`${vendors}/scenes`, { method: 'POST', body: JSON.stringify(scene) })
  const environment = environmentOf(vendor, (await answer.json()) as Access)
  const created = async () =>
    (await (await fetch(`${vendors}/scenes/${relay.host}`)).json()) as readonly string[]

  let words = ['start', vendor, ...files[vendor].start, '--download', to]
  const runOnce = (killAfter?: number) =>
    launch([...words, '--min-delay', '100ms', '--max-delay', '100ms'], environment, killAfter)
  const killed: Phase[] = []
  const refused: boolean[] = []
  const trouble: string[] = []

  // As a user does who is told that it is not known: they look it up at the vendor.
  async function lookUp() {
    const { code, text } = await runOnce()
    if (code !== 2 || !text.includes('.start.json')) trouble.push(`went on after a lost start: ${text}`)
    await calm(relay)
    const [id] = await created()
    refused.push(id !== undefined)
    await rm(`${to}.start.json`, { force: true })
    if (id !== undefined) words = ['download', vendor, id, to]
  }

  try {
    let ended: Ended | undefined
    for (const killAfter of kills) {
      const { code, ...rest } = await runOnce(killAfter)
      if (code !== null) {
        ended = { code, ...rest }
        break
      }
      const phase = await phaseOf(to, words[0] === 'download')
      killed.push(phase)
      if (phase === 'asking') await lookUp()
    }
    const { code, text, took } = ended ?? (await runOnce())
    // Killed when all was done, it has nothing to go on with: the next run refuses to write the file again.
    const wasDone = code === 2 && killed.at(-1) === 'after' && text.includes('already exists')
    const isDone = code === 0 || wasDone
    if (!isDone) trouble.push(`exit code ${code}: ${text}`)
    const expected = files[vendor].text(records)
    const bytes = await readFile(to).catch(() => Buffer.alloc(0))
    const left = (await readdir(folder)).filter((name) => !to.endsWith(name))
    await calm(relay)
    return {
      ...run,
      killed,
      refused,
      trouble,
      left,
      took,
      created: (await created()).length,
      isIdentical: hashOf(bytes) === hashOf(expected),
      size: expected.length,
      fetched: relay.bytes,
    }
  } finally {
    relay.close()
    await fetch(`${vendors}/scenes/${relay.host}`, { method: 'DELETE' })
    await rm(folder, { recursive: true })
  }
}

const hashOf = (file: Buffer | string): string => createHash('sha256').update(file).digest('hex')

/** What was sent before a kill may still be on its way. */
async function calm(relay: Relay): Promise<void> {
  await relay.idle()
  await sleep(100)
}

function environmentOf(vendor: KillVendor, { baseUrl, token }: Access): NodeJS.ProcessEnv {
  const name = vendor.toUpperCase()
  return { PATH: process.env.PATH, [`${name}_BASE_URL`]: baseUrl, [`${name}_TOKEN`]: token }
}

function launch(words: readonly string[], env: NodeJS.ProcessEnv, killAfter?: number): Promise<Ended> {
  const began = performance.now()
  const child = spawn(process.execPath, [command, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter)
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (more) => {
    text += more
  })
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, text, took: performance.now() - began })
    })
  })
}

async function phaseOf(to: string, isDownload: boolean): Promise<Phase> {
  if (existsSync(to)) return 'after'
  if (existsSync(`${to}.part`)) return 'downloading'
  if (isDownload) return 'waiting'
  const note = await readFile(`${to}.start.json`, 'utf8').catch(() => undefined)
  // Empty: killed between creating it and writing it.
  if (!note) return 'before'
  return 'ref' in JSON.parse(note) ? 'waiting' : 'asking'
}

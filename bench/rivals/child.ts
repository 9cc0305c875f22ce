// One client under one fault, in a process of its own: forked with its task, it tells what came of it.
import { getEventListeners, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { inspect } from 'node:util'
import { adapters, secrets } from './adapters.ts'
import type { Manner, Place, Report, Task } from './evidence.ts'

const task: Task = JSON.parse(process.argv[2] ?? '')
const get = await adapters[task.rival]?.()
if (!get) throw new Error(`There is no ${task.rival}.`)
const controller = new AbortController()
const { signal } = controller
const before = process.memoryUsage.rss()

let overflowed = false
process.on('warning', ({ name }) => {
  if (name === 'TimeoutOverflowWarning') overflowed = true
})

const ask = () => settle(() => get(task.url, task.token, signal, task.options))

const manners: Readonly<Record<Manner, () => Promise<Report>>> = {
  once: ask,

  async aborted() {
    const asked = ask()
    await once(process, 'message')
    const began = performance.now()
    controller.abort(new Error('the user has left'))
    const report = await asked
    return { ...report, abortMs: Math.round(performance.now() - began) }
  },

  async 'twenty-times'() {
    let report = await ask()
    for (let time = 1; time < 20; time++) report = await ask()
    const count = () => getEventListeners(signal, 'abort').length
    const left = count()
    for (let round = 0; round < 5; round++) {
      await turn()
      global.gc?.()
    }
    return { ...report, listeners: { left, afterCollection: count() } }
  },

  // With what a merge of somebody's JSON can leave there.
  async polluted() {
    const prototype = Object.prototype as Record<string, unknown>
    const failedUnder: string[] = []
    let report = await ask()
    for (const name of ['baseUrl', 'baseURL', 'prefixUrl', 'headers']) {
      prototype[name] = name === 'headers' ? { 'x-injected': 'yes' } : `${task.elsewhere}/${name}`
      report = await ask()
      delete prototype[name]
      if (report.outcome === 'rejected') failedUnder.push(name)
    }
    return { ...report, failedUnder }
  },
}

// The parent still looks at the connections, and then ends this process.
process.on('disconnect', () => process.exit())
process.send?.(await manners[task.manner]())

async function settle(run: () => Promise<unknown>): Promise<Report> {
  try {
    const value = await run()
    const growth = grown()
    const { id, status, attributes } = Object(value)
    return {
      outcome: 'resolved',
      kind: kindOf(value),
      id,
      status: status ?? attributes?.status,
      leaks: {},
      growth,
      overflowed,
    }
  } catch (error) {
    const growth = grown()
    const leaks = { token: placeOf(secrets.token, error), key: placeOf(secrets.key, error) }
    return { outcome: 'rejected', error: String(error).slice(0, 200), leaks, growth, overflowed }
  }
}

function kindOf(value: unknown): string {
  if (value === '' || value === undefined || value === null) return 'nothing'
  return typeof value === 'string' ? 'text' : 'an object'
}

function placeOf(secret: string, error: unknown): Place | undefined {
  const texts: string[] = []
  for (let link = error; link instanceof Error && texts.length < 30; link = link.cause) {
    texts.push(String(link), link.message, link.stack ?? '')
  }
  const shows = (text: string) => text.includes(secret)
  if (texts.some(shows)) return 'message'
  if (shows(inspect(error))) return 'console.log'
  if (shows(toJson(error))) return 'JSON'
  return shows(inspect(error, { showHidden: true, depth: 12 })) ? 'its depths' : undefined
}

function toJson(error: unknown): string {
  try {
    return JSON.stringify(error) ?? ''
  } catch {
    return ''
  }
}

// In MB. What getrusage tells would begin with the size of the parent.
function grown(): number {
  let peak = process.resourceUsage().maxRSS * 1024
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    if (kilobytes) peak = Number(kilobytes) * 1024
  } catch {
    // Another system than Linux.
  }
  return Math.round((peak - before) / 1e6)
}

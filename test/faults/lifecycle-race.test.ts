import type { Scheduler } from 'fast-check'
import { expect, test } from 'vitest'
import type { SleepOptions } from '../../src/clock.ts'
import { type ExportJob, type Update, waitForCompletion, watch } from '../../src/index.ts'
import fc from '../support/fast-check.ts'
import { createCountingSignal } from '../support/signals.ts'
import { secretToken, type VendorName, vendorNames, vendors } from '../support/vendors.ts'
import { reason } from './support/lifecycle-phases.ts'
import { bodyOf } from './support/lifecycle-stage.ts'

const interleavings = 10_000

/** All that takes time is a step, and the scheduler makes up their order. */
interface World {
  readonly vendor: VendorName
  readonly scheduler: Scheduler
  /** Whether an abort ends a step, or the step goes on and its outcome comes too late. */
  readonly heeds: boolean
  /** The step that was begun last. */
  at: string
}

function step(world: World, name: string, signal: AbortSignal | null | undefined): Promise<void> {
  world.at = name
  const done = world.scheduler.schedule(Promise.resolve(), name)
  if (!signal || !world.heeds) return done
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    done.then(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}

/** A client that finds the export running, and completed at the second look. */
function createClient(world: World) {
  const { vendor } = world
  const bodies = [Buffer.from(bodyOf(vendor, 'running'))]
  const completed = Buffer.from(bodyOf(vendor, 'completed'))
  const fetch = async (_: unknown, { signal }: RequestInit = {}): Promise<Response> => {
    await step(world, 'headers', signal)
    const body = bodies.shift() ?? completed
    const parts = [body.subarray(0, 20), body.subarray(20)]
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await step(world, 'body', signal)
        const part = parts.shift()
        if (part) controller.enqueue(part)
        else controller.close()
      },
    })
    return new Response(stream, { headers: { 'content-type': 'application/json' } })
  }
  const token = async ({ signal }: { signal: AbortSignal }) => {
    await step(world, 'token', signal)
    return secretToken
  }
  return vendors[vendor].create({ fetch: fetch as typeof globalThis.fetch, token })
}

const ways = {
  waitForCompletion,
  async watch(...given: Parameters<typeof waitForCompletion<unknown, ExportJob>>) {
    let last: ExportJob | undefined
    for await (const update of watch(...given)) last = update.type === 'job' ? update.job : last
    return last
  },
}

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`It must be so: ${what}.`)
}

const anything = fc.record({
  way: fc.constantFrom('waitForCompletion' as const, 'watch' as const),
  heeds: fc.boolean(),
  /** How many steps lie before the abort, and how many turns of promises after them: between two steps there are 50. */
  steps: fc.nat(10),
  ticks: fc.nat(110),
  /** Whether another wait, which nobody aborts, takes part in all looks. */
  isShared: fc.boolean(),
  // Last, as it draws from the same random numbers as whatever follows it.
  scheduler: fc.scheduler(),
})

type Anything = { vendor: VendorName } & (typeof anything extends fc.Arbitrary<infer Value> ? Value : never)

/** Lets an abort race a wait, and says what came out and where the abort fell. */
async function race({ way, steps, ticks, isShared, ...given }: Anything): Promise<string> {
  const { vendor, scheduler } = given
  const world: World = { ...given, at: 'nothing' }
  const client = createClient(world)
  const { ref } = vendors[vendor]
  const { controller, signal, listeners } = createCountingSignal()
  const sleep = (_: number, { signal }: SleepOptions = {}) => step(world, 'sleep', signal)
  const clock = { now: () => 0, sleep }
  let told: ExportJob | undefined
  let abortedAt = ''

  const abort = async () => {
    for (let count = 0; count < steps; count++) await scheduler.schedule(Promise.resolve(), 'nothing')
    await scheduler.schedule(Promise.resolve(), 'abort')
    for (let tick = 0; tick < ticks; tick++) await undefined
    abortedAt = world.at
    controller.abort(reason)
  }
  const onUpdate = (update: Update) => {
    told = update.type === 'job' ? update.job : undefined
  }
  const outcome = ways[way](client, ref, { clock, signal, onUpdate }).then(
    (job) => {
      must(
        job?.status === 'completed' && job === told,
        'what a wait resolves with is completed, and was told',
      )
      return 'completed'
    },
    (error: unknown) => {
      must(error === reason, `a wait that is aborted rejects with the reason, not ${error}`)
      must(told?.status !== 'completed', 'a wait that was told of completion does not reject')
      return 'aborted'
    },
  )
  const settled = outcome.then(() => must(listeners() === 0, 'no listener is left when a wait settles'))
  let failed = 0
  const notice = ({ type }: Update) => {
    if (type === 'poll-failed') failed++
  }
  const other = isShared ? waitForCompletion(client, ref, { clock, onUpdate: notice }) : undefined
  await scheduler.waitFor(Promise.all([settled, abort(), other]))
  must(failed === 0, 'a wait that shares its looks with one that is aborted is not disturbed')
  // Whatever comes too late comes now, and is nobody's unhandled rejection.
  await scheduler.waitIdle()
  return `${way} ${await outcome}, ${abortedAt}`
}

test.each(vendorNames)(
  '%s: an abort races completion, and one of the two comes out',
  {
    timeout: 60_000,
  },
  async (vendor) => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(anything, async (given) => {
        seen.add(await race({ ...given, vendor }))
      }),
      { numRuns: interleavings / vendorNames.length },
    )
    // The abort has been everywhere, and the completion as close to it as can be.
    const places = [
      'aborted, token',
      'aborted, headers',
      'aborted, body',
      'aborted, sleep',
      'completed, body',
    ]
    const all = Object.keys(ways).flatMap((way) => places.map((place) => `${way} ${place}`))
    expect([...seen]).toEqual(expect.arrayContaining(all))
  },
)

// A process that does nothing but wait, tells what each wait left behind, and must then end by itself.
import { pollOnce, startWait, waitForCompletion, watch } from '../../../src/index.ts'
import { vendorNames } from '../../support/vendors.ts'
import { patient, phasesOf, reason, rest } from './lifecycle-phases.ts'
import { byHand, createStage, type Reply, type Stage } from './lifecycle-stage.ts'

const unhandled: string[] = []
process.on('unhandledRejection', (error) => void unhandled.push(String(error)))
const left: Record<string, string[]> = {}

const held = () => process.getActiveResourcesInfo().filter((name) => name !== 'Immediate')
const before = held().length

/** Runs one case, and notes what holds the process open after it. */
async function check(name: string, stage: Stage, run: () => Promise<unknown>): Promise<void> {
  await run().catch((error: unknown) => void unhandled.push(`${name}: ${error}`))
  // A socket takes some turns to go, and the timer of a tick's waits five milliseconds.
  const patienceEndsAt = performance.now() + 500
  while (held().length > before && performance.now() < patienceEndsAt) await rest()
  if (held().length > before) left[name] = held()
  stage.close()
}

const settled = (promise: Promise<unknown>) =>
  promise.then(
    () => {},
    () => {},
  )

async function abortEverywhere(): Promise<void> {
  for (const vendor of vendorNames) {
    for (const [name, phase] of phasesOf(vendor)) {
      const stage = await createStage(vendor)
      await check(`${vendor}: ${name}`, stage, async () => {
        const controller = new AbortController()
        const { call, others = [] } = await phase(stage, controller)
        const over = settled(call)
        await rest()
        controller.abort(reason)
        await over
        stage.release()
        await Promise.all(others)
      })
    }
  }
}

type Client = ReturnType<Stage['createClient']>
type End = [name: string, replies: Reply[], run: (client: Client, stage: Stage) => Promise<unknown>]

// A real sleep between two looks, during which nothing else holds the process open.
const brief = { schedule: () => 20 } as const

/** Reads updates until the first one, and then does something else. */
const leave =
  (how: (updates: AsyncGenerator) => unknown): End[2] =>
  async (client, { ref }) => {
    const updates = watch(client, ref, patient)
    await updates.next()
    await how(updates)
  }

const inLoop =
  (how: 'break' | 'return' | 'throw'): End[2] =>
  async (client, { ref }) => {
    for await (const _ of watch(client, ref, patient)) {
      if (how === 'break') break
      if (how === 'return') return
      throw reason
    }
  }

const ends: End[] = [
  ['completed', ['running', 'completed'], (client, { ref }) => waitForCompletion(client, ref, brief)],
  ['failed', ['running', 'failed'], (client, { ref }) => waitForCompletion(client, ref, brief)],
  ['given up', ['running'], (client, { ref }) => waitForCompletion(client, ref, { ...brief, timeout: 30 })],
  ['refused', [401], (client, { ref }) => waitForCompletion(client, ref, brief)],
  ['wrongly begun', ['nothing'], (client) => waitForCompletion(client, undefined, brief)],
  ['polled once', ['running'], (client, { ref }) => pollOnce(client, startWait(ref), patient)],
  ['watched, break', ['running'], inLoop('break')],
  ['watched, return', ['running'], inLoop('return')],
  ['watched, throw', ['running'], inLoop('throw')],
  ['watched, return()', ['running'], leave((updates) => updates.return(undefined))],
  ['watched, throw()', ['running'], leave((updates) => updates.throw(reason))],
  ['watched, and forgotten', ['running'], leave(() => {})],
]

async function endEverywhere(): Promise<void> {
  for (const vendor of vendorNames) {
    for (const [name, replies, run] of ends) {
      const stage = await createStage(vendor)
      stage.script(...replies)
      await check(`${vendor}: ${name}`, stage, () => settled(run(stage.createClient(), stage)))
    }
  }
}

/** Leaves waits asleep that do not hold the process open. */
async function sleepEverywhere(): Promise<void> {
  for (const vendor of vendorNames) {
    const stage = await createStage(vendor)
    stage.script('running')
    const polled = [byHand(), byHand()] as const
    const [first, second] = polled.map(({ resolve }) => ({ ...patient, keepAlive: false, onUpdate: resolve }))
    await check(`${vendor}: asleep`, stage, async () => {
      const client = stage.createClient()
      void waitForCompletion(client, stage.ref, first)
      const updates = watch(client, stage.ref, second)
      void updates.next()
      void updates.next()
      await Promise.all(polled.map(({ promise }) => promise))
    })
  }
}

const scenarios = { aborts: abortEverywhere, ends: endEverywhere, sleeps: sleepEverywhere }
const scenario = scenarios[process.argv[2] as keyof typeof scenarios]
void scenario().then(() => process.on('exit', () => console.log(JSON.stringify({ left, unhandled }))))

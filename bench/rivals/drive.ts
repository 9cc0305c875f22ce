import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { tykBody } from '../bodies.ts'
import { secrets } from './adapters.ts'
import { type Evidence, exportId, type Report, type Task, type Verdict } from './evidence.ts'
import { startServer } from './server.ts'
import type { Trial, World } from './trials.ts'
import { judgeEnd } from './verdicts.ts'

/** A client under a fault. */
export interface Outcome {
  readonly verdict: Verdict
  readonly evidence: Evidence
}

// Longer than all retries of a client take together.
const patience = 25_000
// A proxy would stand between the client and the fault.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/proxy|^openai_|^node_options$/i.test(name)),
)

/**
 * Puts a client to a trial, in a process of its own.
 *
 * @param program - the path of the child
 * @param options - of the client's own, beside those it has anyway
 */
export async function drive(
  program: string,
  rival: string,
  trial: Trial,
  options: object = {},
): Promise<Outcome> {
  let child: ChildProcess | undefined
  const elsewhere = await startServer('localhost', (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(tykBody(exportId, 'completed')),
  )
  const world: World = {
    elsewhere: elsewhere.origin,
    abort() {
      if (child?.connected) child.send('abort')
    },
  }
  const vendor = await startServer('127.0.0.1', (response) => trial.answer(response, world))
  const task: Task = {
    rival,
    url: `${vendor.origin}/api/v1/exports/${exportId}`,
    elsewhere: elsewhere.origin,
    token: trial.token ?? secrets.token,
    manner: trial.manner ?? 'once',
    options,
  }
  child = fork(program, [JSON.stringify(task)], {
    env: environment,
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const told = await Promise.race([
    once(child, 'message').then(([report]) => report as Report),
    once(child, 'exit').then(() => 'crashed' as const),
    sleep(trial.window ?? patience, 'unsettled' as const, { ref: false }),
  ])
  // A connection takes a moment to go.
  if (trial.manner === 'aborted') await sleep(500)
  const evidence: Evidence = {
    outcome: typeof told === 'string' ? told : told.outcome,
    ...(typeof told === 'object' && { report: told }),
    seen: vendor.seen(),
    seenElsewhere: elsewhere.seen(),
  }
  child.kill('SIGKILL')
  vendor.stop()
  elsewhere.stop()
  const verdict = judgeEnd(evidence, trial.window !== undefined) ?? trial.judge(evidence)
  return { verdict, evidence }
}

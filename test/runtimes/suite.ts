import { contract } from './cases/contract.ts'
import { lifecycle } from './cases/lifecycle.ts'
import { secrets } from './cases/secrets.ts'
import { transportFaults } from './cases/transport.ts'
import { check, lastCase, type Result, runCases } from './harness.ts'
import { openWorld, pause } from './world.ts'

/**
 * Runs every case in this runtime.
 *
 * @param control - address of the servers, which run elsewhere
 * @param floating - what has rejected without anybody listening, as far as the runtime tells
 */
export async function runSuite(
  control: string,
  floating: readonly unknown[],
  emit: (result: Result) => unknown,
): Promise<void> {
  const world = await openWorld(control)
  const last = {
    name: lastCase,
    async run() {
      await pause(50)
      check(
        floating.length === 0,
        floating.map((reason) => (reason instanceof Error ? reason.stack : reason)).join('\n'),
      )
    },
  }
  const cases = [...contract(world), ...transportFaults(world), ...lifecycle(world), ...secrets(world), last]
  await runCases(cases, emit)
}

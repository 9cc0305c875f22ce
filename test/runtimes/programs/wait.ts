import process from 'node:process'
import { type WaitOptions, waitForCompletion } from 'export-jobs'
import { openWorld } from '../world.ts'

/** Waits for an export that runs for a moment, says when it is seen, and when it is done. */
export async function asleep(options: WaitOptions): Promise<void> {
  const world = await openWorld(process.argv[2] ?? '')
  const ref = await world.add('tyk')
  let polls = 0
  const onUpdate = () => {
    if (polls++ === 0) console.log('seen')
  }
  await waitForCompletion(world.client('tyk'), ref, { ...options, onUpdate })
  console.log('completed')
}

import process from 'node:process'
import { waitForCompletion } from 'export-jobs'
import { openWorld, pause } from '../world.ts'

// In all the places where something could go on holding the process open.
const world = await openWorld(process.argv[2] ?? '')
const controller = new AbortController()
const { signal } = controller
const at = (fault: string) => world.tyk({ baseUrl: world.fault(fault).baseUrl })
const download = await at('endless').openDownload('exp-1', { signal })
const all = [
  at('stalled-headers').get('exp-1', { signal }),
  at('stalled-body').get('exp-1', { signal }),
  at('always-503').get('exp-1', { signal }),
  waitForCompletion(at('running'), 'exp-1', { signal, schedule: () => '1h' }),
  new Response(download.body).text(),
]
await pause(100)
controller.abort('enough')
const outcomes = await Promise.allSettled(all)
console.log(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason).join())

// The CPU of a poll of each kind of wait, many at once: forked with the vendor's address and how many polls a wait takes.
import { median } from './measure.ts'
import { createTykClient, waitForCompletion } from './ours.ts'
import { createWaits } from './waits.ts'

const [baseUrl = '', polls = '', roundsAsked = ''] = process.argv.slice(2)
const atOnce = 100
const interval = 20
const client = createTykClient({ baseUrl, token: 'secret-token-0123456789' })
const { raw, 'core-lro': coreLro, smithy, 'p-wait-for': pWaitFor } = createWaits(baseUrl, interval)
const kinds = Object.entries({
  ours: (id: string): PromiseLike<unknown> =>
    waitForCompletion(client, id, { schedule: { minDelay: interval, maxDelay: interval } }),
  raw,
  'core-lro': coreLro,
  smithy,
  'p-wait-for': pWaitFor,
})

let count = 0
const measured = new Map(kinds.map(([kind]) => [kind, [] as number[]]))
// The first round warms up. The kinds take turns, so that whatever else the machine does meets all of them alike.
for (let round = 0; round <= Number(roundsAsked); round++) {
  for (const [kind, wait] of kinds) {
    globalThis.gc?.()
    const began = process.cpuUsage()
    await Promise.all(Array.from({ length: atOnce }, () => wait?.(`export-${count++}`)))
    const { user, system } = process.cpuUsage(began)
    if (round > 0) measured.get(kind)?.push((user + system) / (atOnce * Number(polls)))
  }
}
process.send?.(Object.fromEntries([...measured].map(([kind, all]) => [kind, median(all)])))
process.exit()

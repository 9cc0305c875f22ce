// Waits for each of the given exports at once, and tells about each, a line of JSON at a time.
import { type Update, WaitError, waitForCompletion } from '../../src/index.ts'
import { type VendorName, vendors } from '../../test/support/vendors.ts'

/** A wait, as it is ordered. */
export interface Order {
  readonly vendor: VendorName
  readonly baseUrl: string
  /** Ms between two looks. */
  readonly gap: number
  /** Ms for the whole wait, and for one look. */
  readonly timeout: number
  readonly attempt: number
}

/** What is told of a wait, in the order of the orders. */
export interface Told {
  readonly index: number
  /** Of the wall clock, at an update. */
  readonly wall?: number
  /** The code of a poll that failed. */
  readonly failed?: string
  /** How it ended, and after how many ms. */
  readonly end?: string
  readonly after?: number
}

const orders: Order[] = JSON.parse(process.argv[2] as string)
const tell = (told: Told) => console.log(JSON.stringify(told))

for (const [index, { vendor, baseUrl, gap, timeout, attempt }] of orders.entries()) {
  const began = performance.now()
  const client = vendors[vendor].create({ baseUrl, timeout: attempt })
  const onUpdate = (update: Update) =>
    tell({ index, wall: Date.now(), ...(update.type === 'poll-failed' && { failed: update.error.code }) })
  waitForCompletion(client, vendors[vendor].ref, { timeout, schedule: () => gap, onUpdate }).then(
    ({ status }) => tell({ index, end: status, after: performance.now() - began }),
    (error: unknown) => {
      const end = error instanceof WaitError ? error.reason : String(error)
      tell({ index, end, after: performance.now() - began })
    },
  )
}

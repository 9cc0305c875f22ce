import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodyOf } from '../../test/faults/support/lifecycle-stage.ts'
import { type VendorName, vendorNames } from '../../test/support/vendors.ts'

/** One export of one vendor, as the server treats it. */
export interface Case {
  readonly vendor: VendorName
  readonly kind: string
  /** When it was asked about, in ms of the monotonic clock. */
  readonly looks: number[]
  isCompleted: boolean
  /** Asks not to be asked again for so many ms, as a date by the server's clock. */
  readonly retryAfter?: number | undefined
}

/** The path under which a case is served. */
export const pathOf = ({ vendor, kind }: Pick<Case, 'vendor' | 'kind'>) =>
  `/${vendor}/${encodeURIComponent(kind)}`

/** Serves each kind of case for all vendors. */
export async function createVendors(kinds: Readonly<Record<string, { retryAfter?: number }>>) {
  const cases = Object.entries(kinds).flatMap(([kind, more]) =>
    vendorNames.map((vendor): Case => ({ vendor, kind, looks: [], isCompleted: false, ...more })),
  )
  const held: (() => void)[] = []
  let holding: readonly string[] = []

  const server = createServer((request, response) => {
    const [, vendor, kind] = (request.url ?? '').split('/')
    const found = cases.find((each) => pathOf(each) === `/${vendor}/${kind}`)
    if (!found) return void response.writeHead(500).end()
    found.looks.push(performance.now())
    const answer = () => {
      const { retryAfter, isCompleted } = found
      const now = Date.now()
      const hint = retryAfter ? { 'retry-after': new Date(now + retryAfter).toUTCString() } : undefined
      const date = new Date(now).toUTCString()
      response.writeHead(200, { 'content-type': 'application/json', date, ...hint })
      response.end(bodyOf(found.vendor, isCompleted ? 'completed' : 'running'))
    }
    if (holding.includes(found.kind)) held.push(answer)
    else answer()
  })
  server.unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cases,
    complete(...kinds: string[]): void {
      for (const each of cases) if (kinds.includes(each.kind)) each.isCompleted = true
    },
    /** Answers these kinds no more, until `release`. */
    hold(...kinds: string[]): void {
      holding = kinds
    },
    held: () => held.length,
    release(): void {
      holding = []
      for (const answer of held.splice(0)) answer()
    },
    /** Closes the connections that nobody uses, as vendors do after some seconds. */
    closeIdle: () => server.closeIdleConnections(),
    close(): void {
      server.close()
      server.closeAllConnections()
    },
  }
}

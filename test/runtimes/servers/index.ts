import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../../src/clock.ts'
import { systemClock } from '../../../src/internal/system-clock.ts'
import { createVendorSimulator, type JobScript } from '../../../src/testing/index.ts'
import type { Settings } from '../world.ts'
import { faults, redirectTo } from './faults.ts'
import { serveRaw } from './raw.ts'

const certificate = readFileSync(new URL('untrusted.pem', import.meta.url))

/** All that a runtime under test talks to, outside of it: vendors, faults, and a way to ask what they saw. */
export async function startServers() {
  // A request takes a second of the vendors' time, so that what a wait sees hangs on no machine's speed: a new
  // export is pending, then running, then done.
  let requests: readonly unknown[] = []
  const clock: Clock = { ...systemClock, now: () => requests.length * 1_000 }
  const simulator = createVendorSimulator({ clock, pending: 1_500, running: 1_500 })
  requests = simulator.requests
  const vendors = await simulator.listen()
  const elsewhere = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'))
  const redirects = [301, 302, 303, 307, 308].map((status) => [
    `redirect-${status}`,
    redirectTo(elsewhere.origin, status),
  ])
  const all: typeof faults = { ...faults, ...Object.fromEntries(redirects) }
  const broken = await serveRaw((socket, request, seen) => {
    const fault = all[request.path.split(/[/~]/)[1] ?? ''] ?? all[404]
    fault?.(socket, request, seen.requests.length)
  })
  const secure = createSecureServer({ key: certificate, cert: certificate }, (_, response) =>
    response.end('{}'),
  )
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))

  const gone = await serveRaw(() => {})
  gone.close()

  const settings: Settings = {
    vendors: {
      tyk: { baseUrl: simulator.tyk.baseUrl(vendors.origin), token: simulator.tyk.token },
      anaconda: { baseUrl: simulator.anaconda.baseUrl(vendors.origin), token: simulator.anaconda.token },
      loyaltydog: {
        baseUrl: simulator.loyaltydog.baseUrl(vendors.origin),
        token: simulator.loyaltydog.token,
      },
      didomi: { baseUrl: simulator.didomi.baseUrl(vendors.origin), token: simulator.didomi.token },
    },
    anacondaAccount: simulator.anaconda.credentials,
    didomiKey: simulator.didomi.credentials,
    faults: broken.origin,
    nobody: gone.origin,
    untrusted: `https://127.0.0.1:${(secure.address() as AddressInfo).port}`,
  }

  // Only the suite's own helpers ask here, never the package.
  const control = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://control')
    const [, action, name = ''] = pathname.split('/')
    const script = JSON.parse(searchParams.get('script') ?? '{}') as JobScript
    const seen = (searchParams.has('elsewhere') ? elsewhere : broken).seen(name)
    const answers: Record<string, () => unknown> = {
      settings: () => settings,
      add: () => simulator[name as keyof Settings['vendors']].add(script),
      seen: () => ({ requests: seen.requests, open: seen.sockets.size }),
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answers[action ?? '']?.() ?? null))
  })
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))

  return {
    control: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    settings,
    simulator,
    async close() {
      for (const server of [control, secure]) {
        server.close()
        server.closeAllConnections()
      }
      elsewhere.close()
      broken.close()
      await vendors.close()
    },
  }
}

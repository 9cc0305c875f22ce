import { serveRaw } from '../../support/serve.ts'
import { uuid, type VendorName, vendors } from '../../support/vendors.ts'
import { answers, type Reply } from './wire.ts'

const running: Record<VendorName, unknown> = {
  tyk: { type: 'proxy_log_export', id: 'exp-1', attributes: { status: 'processing' } },
  anaconda: { id: uuid, org_id: uuid, status: 'running', created_at: '2025-03-01T10:00:00Z', progress: 40 },
  loyaltydog: { taskId: 'task-1', status: 'processing' },
  didomi: { data: [{ id: 'run-1', status: 'pending' }] },
}

/** A vendor on a raw socket, healthy until it is told what to send instead. */
export async function serveFaulty(name: VendorName) {
  const texts = { running: JSON.stringify(running[name]), completed: JSON.stringify(vendors[name].completed) }
  const healthy = {
    running: answers(() => texts.running),
    completed: answers(() => texts.completed),
  }
  let reply = healthy.completed
  let arrived = () => {}
  const server = await serveRaw((socket) => {
    arrived()
    reply(socket, texts.completed)
  })
  return {
    origin: server.origin,
    texts,
    /** How many requests have come. */
    requests: () => server.count,
    /** Connections over which a request has come and which are still open. */
    held: () => server.sockets.size,
    send(next: Reply | keyof typeof healthy) {
      reply = typeof next === 'function' ? next : healthy[next]
    },
    /** What happens beside when the next requests arrive. */
    onRequest(callback: () => void) {
      arrived = callback
    },
  }
}

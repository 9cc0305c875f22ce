import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How slow a line is. */
export interface Line {
  /** Ms that what is sent takes to arrive. */
  readonly latency: number
  /** Of what comes back. */
  readonly bytesPerSecond: number
}

/** A slow line to a server of this machine. */
export interface Relay {
  /** Where it listens: host and port. */
  readonly host: string
  /** Bytes that have come back so far. */
  readonly bytes: number
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>
  close(): void
}

/** @param port - of the server behind it */
export async function openRelay(port: number, { latency, bytesPerSecond }: Line): Promise<Relay> {
  let bytes = 0
  const open = new Set<Socket>()

  function join(client: Socket, vendor: Socket): void {
    for (const socket of [client, vendor]) {
      open.add(socket)
      socket.on('close', () => open.delete(socket))
    }
    client.on('data', (chunk) => setTimeout(() => vendor.write(chunk), latency))
    // A process that was killed lets go of its connections: what it had sent and has not arrived is lost.
    client.on('error', () => vendor.destroy()).on('close', () => vendor.destroy())
    vendor.on('data', (chunk) => {
      vendor.pause()
      setTimeout(
        () => {
          bytes += chunk.length
          client.write(chunk)
          vendor.resume()
        },
        (1_000 * chunk.length) / bytesPerSecond,
      )
    })
    vendor.on('error', () => client.destroy()).on('end', () => client.end())
  }

  const server = createServer((client) => join(client, connect(port, '127.0.0.1'))).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))

  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get bytes() {
      return bytes
    },
    async idle() {
      while (open.size > 0) await sleep(10)
    },
    close: () => void server.close(),
  }
}

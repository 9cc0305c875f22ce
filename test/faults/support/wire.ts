import type { Socket } from 'node:net'

/** What is sent in the place of an answer. `status` is what a healthy vendor would send: that it is completed. */
export type Reply = (socket: Socket, status: string) => void

/** What a reply is made of. */
export type Make = (status: string) => string | Uint8Array

/** The head of an answer, as it goes over the wire. */
export function head(headers: readonly string[], status = '200 OK'): string {
  return [`HTTP/1.1 ${status}`, 'content-type: application/json', ...headers, '', ''].join('\r\n')
}

/** A whole answer: what every fault is a deviation from. */
export function whole(body: string | Uint8Array, headers: readonly string[] = [], status?: string): Buffer {
  const bytes = Buffer.from(body as string)
  return Buffer.concat([Buffer.from(head([...headers, `content-length: ${bytes.length}`], status)), bytes])
}

/** A text in chunks of 16 characters, without the chunk that ends them. */
export function chunks(text: string): string {
  const parts = text.match(/.{1,16}/gs) ?? []
  return parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')
}

/** Sends bytes, and leaves the connection open. */
export const sends =
  (make: Make): Reply =>
  (socket, status) =>
    socket.write(make(status))

/** Sends bytes, and ends the connection. */
export const ends =
  (make: Make): Reply =>
  (socket, status) =>
    socket.end(make(status))

/** Sends a body in a sound frame. */
export const answers =
  (make: Make, ...headers: string[]): Reply =>
  (socket, status) =>
    socket.write(whole(make(status), headers))

// A vendor that stops where the id of an export says; in a process of its own: forked with IPC, it tells its port.
import { type AddressInfo, createServer } from 'node:net'
import { tykBody } from './bodies.ts'

const answer = (id: string): string => {
  const body = tykBody(id)
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  if (id.startsWith('headers-')) return head.slice(0, 40)
  if (id.startsWith('body-')) return head + body.slice(0, -10)
  return head + body
}

const server = createServer((socket) => {
  socket.on('error', () => {})
  socket.on('data', (data) => {
    const id = /exports\/(\S+)/.exec(data.toString())?.[1] ?? ''
    socket.write(answer(id))
  })
})

process.on('disconnect', () => process.exit())
server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
)

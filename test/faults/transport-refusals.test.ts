import { gzipSync } from 'node:zlib'
import { describe, test } from 'vitest'
import { vendorNames } from '../support/vendors.ts'
import { endure } from './support/endure.ts'
import { stopTime } from './support/stopped-time.ts'
import { head, type Reply, sends, whole } from './support/wire.ts'

// A refusal is told by its status. What becomes of the explanation below it changes nothing.
const forbidden = { name: 'ApiError', code: 'forbidden', ends: 'refused' } as const
const invalid = { name: 'ApiError', code: 'invalid-request', ends: 'refused', keeps: true } as const

const start = `${head(['content-length: 99'], '403 Forbidden')}{"error"`
const refuses = (body: string | Uint8Array, status = '403 Forbidden', ...headers: string[]): Reply =>
  sends(() => whole(body, headers, status))

const cuts: Record<string, Reply> = {
  'ends too soon': (socket) => socket.end(start),
  'is reset': (socket) => socket.write(start, () => setImmediate(() => socket.resetAndDestroy())),
  'is longer than 64 KiB': refuses(`{"error":"${'a'.repeat(200_000)}"}`),
  'is damaged in its frame': sends(
    () => `${head(['transfer-encoding: chunked'], '403 Forbidden')}zz\r\n{"error":"no"}`,
  ),
}

const oddities: Record<string, Reply> = {
  'is a page': refuses('<h1>403</h1>'),
  'is empty': refuses(''),
  'is gzip that is none': refuses('{"error":"no"}', undefined, 'content-encoding: gzip'),
  'is a gzip bomb': refuses(gzipSync(Buffer.alloc(4_000_000, ' ')), undefined, 'content-encoding: gzip'),
}

const details: Record<string, string> = {
  'lists 10,000 deep': '['.repeat(10_000) + ']'.repeat(10_000),
  'lists 10,000 deep for a place': `[{"msg":"x","loc":${'['.repeat(10_000)}${']'.repeat(10_000)}}]`,
  'a place that is no text': '[{"msg":"x","loc":[{"toString":1,"valueOf":1},null,true]}]',
  'null and numbers': '[null,1,{"msg":1,"loc":1}]',
}

describe.each(vendorNames)('%s: the explanation of a refusal', (vendor) => {
  test.each(Object.entries(cuts))('%s', (_, reply) => endure(vendor, { reply, ...forbidden }))
  test.each(Object.entries(oddities))('%s', (_, reply) =>
    endure(vendor, { reply, ...forbidden, keeps: true }),
  )

  test('does not come', async () => {
    const passTime = stopTime()
    const reply: Reply = (socket) => {
      socket.write(start)
      void passTime(socket)
    }
    await endure(vendor, { reply, ...forbidden, timeout: 4_000 })
  })

  test.each(Object.entries(details))('holds %s', (_, detail) =>
    endure(vendor, { reply: refuses(`{"detail":${detail}}`, '422 Unprocessable'), ...invalid }),
  )
})

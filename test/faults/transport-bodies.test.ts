import { describe, expect, test } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { type VendorName, vendorNames, vendors } from '../support/vendors.ts'
import { naiveClock, waitErrorOf } from '../wait/world.ts'
import { endure } from './support/endure.ts'
import { serveFaulty } from './support/faulty-vendor.ts'
import { answers, type Make, type Reply, sends, whole } from './support/wire.ts'

const notJson = { name: 'ResponseError', code: 'not-json', keeps: true } as const
const unexpected = { name: 'ResponseError', code: 'unexpected-shape', keeps: true } as const

const deep = 200_000
const arrays = '['.repeat(deep) + ']'.repeat(deep)
const objects = `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`

/** Of which the characters up to U+00FF are bytes as they are. */
const bytes = (text: string) => Buffer.from(text, 'latin1')
const page: Make = (status) => `<!doctype html><script>${status}</script>`
const ofType = (type: string, make: Make): Reply =>
  sends((status) => whole(make(status)).toString().replace('application/json', type))

const unreadable: Record<string, Reply> = {
  HTML: ofType('text/html', page),
  'HTML that calls itself JSON': answers(page),
  nothing: answers(() => ''),
  spaces: answers(() => ' \r\n\t'),
  204: sends(() => 'HTTP/1.1 204 No Content\r\n\r\n'),
  205: sends(() => 'HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n'),
  'the answer twice': answers((status) => status + status),
  'UTF-16 after its mark': answers((status) => Buffer.from(`\ufeff${status}`, 'utf16le')),
  'two marks of UTF-8': answers((status) => `\ufeff\ufeff${status}`),
  'what is no UTF-8 before it': answers((status) => bytes(`\xff${status}`)),
  'lists 200,000 deep that do not end': answers(() => '['.repeat(deep)),
}

const misshapen: Record<string, Reply> = {
  null: answers(() => 'null'),
  'a word': answers(() => '"completed"'),
  'the answer in a list': answers((status) => `[${status}]`),
  'the answer in a text': answers((status) => JSON.stringify(status)),
  'lists 200,000 deep': answers(() => arrays),
}

const add = (field: string) => (status: string) => status.replace('{', `{${field},`)
const escaped = (word: string) =>
  [...word].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

/** Odd, and the export is completed all the same. */
const odd: Record<string, Make> = {
  'a mark of UTF-8': (status) => `\ufeff${status}`,
  'spaces around it': (status) => `\r\n\t ${status} \n`,
  'every letter of the status escaped': (status) => status.replace(/completed|success/, escaped),
  'what is no UTF-8 in another text': (status) => bytes(add('"note":"\xff\xc0\x80"')(status)),
  'lists 200,000 deep beside it': add(`"deep":${arrays}`),
  'objects 200,000 deep beside it': add(`"deep":${objects}`),
  'lists 200,000 deep, and an escape': add(`"\\u0061":${arrays}`),
  'the names of a prototype': add('"__proto__":{"status":"x","data":[]},"constructor":1'),
}

/** Nearly completed, which is not completed. */
const nearly: Record<string, [make: Make, rawStatus: RegExp]> = {
  'a byte in the status that is no UTF-8': [
    (status) => bytes(status.replace(/complet|succ/, '$&\xff')),
    /\ufffd/,
  ],
  'two statuses, of which the last one counts': [
    (status) => status.replace(/"status":"\w+"/, '$&,"status":"pending"'),
    /^pending$/,
  ],
  'a name that looks like that of the status': [
    (status) => status.replace('"status"', '"status":"pending","ſtatus"'),
    /^pending$/,
  ],
}

/** A client of a vendor that sends this body. */
async function serve(vendor: VendorName, make: Make) {
  const server = await serveFaulty(vendor)
  server.send(answers(make))
  return vendors[vendor].create({ baseUrl: server.origin, retries: 0 })
}

describe.each(vendorNames)('%s', (vendor) => {
  const { ref } = vendors[vendor]

  test.each(Object.entries(unreadable))('%s', (_, reply) => endure(vendor, { reply, ...notJson }))
  test.each(Object.entries(misshapen))('%s', (_, reply) => endure(vendor, { reply, ...unexpected }))

  test.each(Object.entries(odd))('%s: completed', async (_, make) => {
    const client = await serve(vendor, make)
    const { status, ref: found } = await waitForCompletion(client, ref, { timeout: 0 })
    expect({ status, ref: found }).toEqual({ status: 'completed', ref })
  })

  test.each(Object.entries(nearly))('%s: not completed', async (_, [make, rawStatus]) => {
    const client = await serve(vendor, make)
    const wait = waitForCompletion(client, ref, {
      clock: naiveClock(),
      schedule: () => 1_000,
      timeout: '3s',
    })
    const { reason, lastJob } = await waitErrorOf(wait)
    expect(['timeout', 'unknown-status']).toContain(reason)
    expect(lastJob?.rawStatus).toMatch(rawStatus)
  })

  test('two ids, of which the last one is that of another export: not believed', async () => {
    const id = /"(id|taskId)":"(?:exp|run|task|0f8f)[^"]+"/
    const client = await serve(vendor, (status) => status.replace(id, '$&,"$1":"another"'))
    // Didomi answers with a list, in which another run is nothing wrong.
    const code = vendor === 'didomi' ? 'not-found' : 'wrong-job'
    await expect(client.get(ref)).rejects.toMatchObject({ vendor, code })
  })
})

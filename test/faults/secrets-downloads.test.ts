import { expect, test } from 'vitest'
import type { ExportClient, ExportJob } from '../../src/index.ts'
import { caught } from '../support/caught.ts'
import { createFakeFetch, type FakeAnswer } from '../support/fake-fetch.ts'
import { vendors } from '../support/vendors.ts'
import {
  all,
  canaries,
  createSecretive,
  everyCanary,
  expectSilent,
  failing,
  refusing,
  signedUrl,
  whole,
} from './support/canaries.ts'
import { answerOf, bodyOf, shapes } from './support/vendor-answers.ts'

type Downloading = ExportClient<unknown, ExportJob> & {
  openDownload(ref: unknown): Promise<{ body: ReadableStream<Uint8Array> }>
}
const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError(everyCanary)) })
const answers: [what: string, answer: FakeAnswer | Response][] = [
  ...[400, 403, 404, 410, 503, 302].map((status): [string, FakeAnswer] => [
    `${status}`,
    refusing(status, 'no'),
  ]),
  ['network', failing('ECONNRESET')],
  ['tls', failing('CERT_HAS_EXPIRED')],
  ['a page', whole(everyCanary, 'text/html')()],
  ['a part that is not told', { status: 206, text: everyCanary }],
  ['a body that breaks off', new Response(broken)],
]
const urls = [
  signedUrl,
  signedUrl.replace('https:', 'http:'),
  signedUrl.replace('s3.example', '169.254.169.254'),
  signedUrl.replace('//', `//user:${canaries.password}@`),
]
const foreign = ['anaconda', 'loyaltydog'] as const

test.each(foreign.flatMap((vendor) => answers.map((answer) => [vendor, ...answer] as const)))(
  '%s: answered with %s',
  async (vendor, _, answer) => {
    for (const url of urls) {
      const key = vendor === 'anaconda' ? 'download_url' : 'downloadUrl'
      const status = answerOf({ ...(bodyOf(vendor, shapes[vendor].words.completed) as object), [key]: url })
      const { fetch: fake } = createFakeFetch(status, answer instanceof Response ? {} : answer)
      let count = 0
      const fetch: typeof globalThis.fetch = async (...request) =>
        ++count === 2 && answer instanceof Response ? answer.clone() : fake(...request)
      const { client, events } = createSecretive(vendor, [], { fetch, retries: 0 })
      const reading = (client as Downloading).openDownload(vendors[vendor].ref)
      const error = await caught(reading.then(({ body }) => new Response(body).text()))
      expect(error).toMatchObject({ vendor })
      expectSilent('error', error, all)
      for (const event of events) expectSilent('event', event, all)
    }
  },
)

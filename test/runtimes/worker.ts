import { waitForCompletion } from 'export-jobs'
import { runSuite } from './suite.ts'
import { type AnyClient, openWorld, quickly } from './world.ts'

const floating: unknown[] = []
addEventListener('unhandledrejection', (event) => floating.push((event as PromiseRejectionEvent).reason))

// As an application may have it: one client, made once, for all requests that its worker answers.
let common: AnyClient | undefined

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const given = (name: string) => searchParams.get(name) ?? ''
    if (pathname === '/suite') return stream((write) => runSuite(given('control'), floating, write))
    const world = await openWorld(given('control'))
    const make = () => world.client('tyk', { concurrency: 2 })
    if (given('client') === 'common') common ??= make()
    const client = given('client') === 'common' && common ? common : make()
    if (pathname === '/vanish') {
      // The answer is given while the waits still begin: the runtime then ends all that the request has under way.
      for (let wait = 0; wait < 10; wait++) waitForCompletion(client, given('ref')).catch(() => {})
      return new Response('vanished')
    }
    const job = await waitForCompletion(client, given('ref'), { ...quickly, timeout: '3s' })
    return new Response(job.status)
  },
}

/** Answers with lines of JSON as they come. */
function stream(run: (write: (line: unknown) => Promise<void>) => Promise<void>): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const encoder = new TextEncoder()
  void run((line) => writer.write(encoder.encode(`${JSON.stringify(line)}\n`))).finally(() => writer.close())
  return new Response(readable)
}

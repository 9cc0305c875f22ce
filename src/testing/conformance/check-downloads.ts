import type { Download, DownloadOptions } from '../../http/download.ts'
import { htmlPage } from '../answers.ts'
import { serveContent } from '../files.ts'
import { hides } from './check-secrets.ts'
import { eachReason, soonAfter, stalled, unanswered } from './check-signals.ts'
import { placesOf, remade, withValue } from './places.ts'
import {
  type Answer,
  type Checks,
  elsewhere,
  expect,
  nameOfThrown,
  refusal,
  refusesRedirect,
  refusesRefs,
  rejection,
  settled,
  type Trial,
} from './trial.ts'

/** Where the file of the completed export is. */
interface Route {
  readonly url: URL
  /** Not on the vendor's host. */
  readonly isCrossOrigin: boolean
}

const text = 'what an export of the conformance suite holds\n'
const etag = '"conformance-1"'

/** A correct file server. */
const serve: Answer = (request) =>
  serveContent(request, text, { type: 'application/octet-stream', etag, ranges: true })

/** Checks of `openDownload`. */
export function downloadChecks<Ref>(trial: Trial<Ref>, badRefs: readonly Ref[]): Checks {
  const { completed } = trial.refs

  /** Opens the file of the completed export. `answer` serves the file, the vendor answers all other requests. */
  async function open(answer: Answer, options?: DownloadOptions) {
    const route = await findRoute(trial)
    const tested = trial.createClient((request, real, nth, secrets) =>
      isAt(route, request) ? answer(request, real, nth, secrets) : real(),
    )
    const job = await tested.get(completed)
    const opening = settled(tested.client.openDownload(job, options))
    return { route, tested, opening, files: () => tested.sent.filter((each) => isAt(route, each)) }
  }

  const opened = async (answer: Answer, options?: DownloadOptions) => (await open(answer, options)).opening
  const content = async (download: Download) => settled(new Response(download.body).text())

  return {
    async 'openDownload opens the file of a completed job, and of its ref'() {
      expect((await content(await opened(serve))) === text, 'it is another file')
      const { client } = trial.createClient()
      const { body, start } = await settled(client.openDownload(completed))
      const file = await settled(new Response(body).arrayBuffer())
      expect(start === 0 && file.byteLength > 0, 'the file does not begin at 0, or is empty')
    },
    async 'openDownload requests a range, and reports where the body begins'() {
      const { opening, files } = await open(serve, { range: { start: 5 } })
      const { body, start } = await opening
      const range = files().at(-1)?.headers.get('range')
      expect(range === 'bytes=5-', `the range asked for is ${range}, not bytes=5-`)
      expect(start === 5, `the body begins at 5, and start is ${start}`)
      expect((await settled(new Response(body).text())) === text.slice(5), 'it is another part of the file')
    },
    async 'openDownload reports when a server ignores the range'() {
      const answer: Answer = () => new Response(text, { headers: { 'content-type': 'text/csv' } })
      const { start } = await opened(answer, { range: { start: 5 } })
      expect(start === 0, `the whole file came, and start is ${start}`)
    },
    'openDownload with ifMatch refuses a file that has changed': () =>
      refusal(opened(serve, { ifMatch: '"another"' }), 'http-error'),
    'a page instead of the file is refused': () =>
      refusal(opened(htmlPage).then(content), 'unexpected-shape', 'not-json'),
    async 'an expired signed URL is replaced by a new one'() {
      let asked = 0
      const expired = () => new Response('<Error>Request has expired</Error>', { status: 403 })
      const { route, opening } = await open((...request) => (asked++ === 0 ? expired() : serve(...request)))
      const outcome = await opening.catch((error: unknown) => error)
      if (!route.isCrossOrigin) return
      expect(!(outcome instanceof Error), `after a URL that has expired: ${nameOfThrown(outcome)}`)
    },
    async 'another host gets no credential'() {
      const route = await findRoute(trial)
      const tested = trial.createClient(async (request, real) => {
        if (request.url.startsWith(elsewhere)) return serve(request, real, 0, [])
        return !isAt(route, request) ? pointingElsewhere(await real(), route.url) : real()
      })
      const job = await tested.get(completed)
      await settled(tested.client.openDownload(job)).catch(() => undefined)
      const own = new URL(tested.sent[0]?.url ?? elsewhere).origin
      for (const { url, headers } of tested.sent) {
        if (new URL(url).origin === own) continue
        hides([url, ...headers].join(), tested.secrets, 'a request to another host')
        const names = ['authorization', 'cookie'].filter((name) => headers.has(name))
        expect(names.length === 0, `a request to another host has the header ${names.join()}`)
      }
    },
    async 'a redirect of the file is not followed, but reported as redirect'() {
      const { opening, tested } = await open(() => Response.redirect(`${elsewhere}/file`))
      await refusesRedirect(tested, opening)
    },
    async 'the error of a download shows no credential and no signed query'() {
      const { route, opening, tested } = await open(({ url, headers }) => {
        return new Response(`${url} ${[...headers].join()}`, { status: 418 })
      })
      const error = await rejection(opening)
      const values = [...route.url.searchParams.values()].filter((value) => value.length >= 16)
      hides(error, [...tested.secrets, ...values], 'the error')
    },
    'a signal aborted during a download: signal.reason': () =>
      eachReason(async (signal, abort) => {
        const { opening } = await open(soonAfter(abort, unanswered), { signal })
        return rejection(opening)
      }),
    'a signal aborted while a file is read: signal.reason': () =>
      eachReason(async (signal, abort) => {
        const download = await opened(stalled, { signal })
        const reading = rejection(new Response(download.body).arrayBuffer())
        abort()
        return reading
      }),
    'openDownload refuses invalid ids before any request': () =>
      refusesRefs(trial, badRefs, ({ client }, ref) => client.openDownload(ref)),
  }
}

async function findRoute<Ref>(trial: Trial<Ref>): Promise<Route> {
  const { client, get, sent } = trial.createClient()
  const job = await get(trial.refs.completed)
  const before = sent.length
  const { body } = await settled(client.openDownload(job))
  body.cancel().catch(() => undefined)
  const file = sent.at(-1)
  if (!file || sent.length === before) throw new Error('openDownload sends no request for the file')
  const url = new URL(file.url)
  return { url, isCrossOrigin: url.origin !== new URL((sent[0] as Request).url).origin }
}

// The path of a signed URL may change each time.
function isAt({ url, isCrossOrigin }: Route, request: Request): boolean {
  const { origin, pathname } = new URL(request.url)
  return origin === url.origin && (isCrossOrigin || pathname === url.pathname)
}

/** The same answer, with the file at {@link elsewhere}. */
async function pointingElsewhere(response: Response, { pathname, search }: URL): Promise<Response> {
  const value: unknown = await response.json()
  const links = placesOf(value, 0).filter(({ value }) => {
    if (typeof value !== 'string') return false
    const [path = ''] = value.split('?')
    return value.includes(pathname) || (path.length > 1 && path.startsWith('/') && pathname.endsWith(path))
  })
  const moved = links.reduce(
    (root, { path }) => withValue(root, path, `${elsewhere}${pathname}${search}`),
    value,
  )
  return remade(response, JSON.stringify(moved))
}

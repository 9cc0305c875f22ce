import { createRequire } from 'node:module'
import type { Route } from './route.ts'

/**
 * A request handler of msw, for `setupServer` or `getResponse`. It is `any` so that a project without msw compiles:
 * msw's class has private members, which no type of ours could stand for.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type MswHandler = any

/**
 * Makes msw handlers. This is all that msw, an optional peer, is needed for, and it is loaded only then.
 *
 * @param routes - what the handlers answer; every other request is left to msw
 * @returns one handler for all of them
 * @throws Error if msw is not installed or does not load; `cause` has the reason.
 */
export function toHandlers(routes: readonly Route[]): MswHandler[] {
  const { http } = requireMsw()
  return [
    http.all(
      ({ request }) => routes.some((route) => route.matches(request)),
      ({ request }) => routes.find((route) => route.matches(request))?.answer(request),
    ),
  ]
}

function requireMsw(): typeof import('msw') {
  try {
    // The CommonJS build has a file name and no `import.meta`.
    return createRequire(typeof __filename === 'string' ? __filename : import.meta.url)('msw')
  } catch (cause) {
    throw new Error(whyMissing(cause), { cause })
  }
}

// A test runner that loads CommonJS only finds msw, and cannot load it.
function whyMissing(cause: unknown): string {
  const { code, message } = (cause ?? {}) as NodeJS.ErrnoException
  const isMissing = /MODULE_NOT_FOUND$/.test(code ?? '') && /'msw'/.test(message ?? '')
  return isMissing
    ? 'The handlers of the vendor simulator need msw: npm install --save-dev msw. Its `fetch` and `listen` do not.'
    : `The vendor simulator cannot load msw here: ${message}`
}

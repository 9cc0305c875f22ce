import { loaded } from './optional-msw.ts'

/**
 * A request handler of msw, for `setupServer` or `getResponse`. It is `any` so that a project without msw compiles:
 * msw's class has private members, which no type of ours could stand for.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type MswHandler = any

/**
 * Gives msw, an optional peer: only the simulator needs it, so the rest of this entry works without.
 *
 * @returns the module `msw`
 * @throws Error if it is not installed or does not load; `cause` has the reason
 */
export function requireMsw(): typeof import('msw') {
  if ('msw' in loaded) return loaded.msw
  throw new Error(whyMissing(loaded.cause), { cause: loaded.cause })
}

// A test runner that loads CommonJS only finds msw, and cannot load it.
function whyMissing(cause: unknown): string {
  const { code, message } = (cause ?? {}) as NodeJS.ErrnoException
  const isMissing = /MODULE_NOT_FOUND$/.test(code ?? '') && /'msw'/.test(message ?? '')
  return isMissing
    ? 'The vendor simulator needs msw: npm install --save-dev msw'
    : `The vendor simulator cannot load msw here: ${message}`
}

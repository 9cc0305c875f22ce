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
  throw new Error('The vendor simulator needs msw: npm install --save-dev msw', { cause: loaded.cause })
}

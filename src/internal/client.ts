import { assertOption } from './options.ts'

/** @throws ConfigurationError `invalid-option` if the value is not a client. It says what was given instead. */
export function assertClient(client: unknown): void {
  const { vendor, get } = Object(client)
  assertOption(
    typeof vendor === 'string' && typeof get === 'function',
    `The first argument must be a client with { vendor, get }, but is ${describe(client)}.`,
  )
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof Object(value).then === 'function') return 'a promise: await it first'
  if (typeof value === 'function') return 'a function: call it to get a client'
  return typeof value === 'object' ? 'an object without them' : `a ${typeof value}`
}

/** Creates one thing per client, kept for as long as the client lives. */
export function perClient<Thing>(create: () => Thing): (client: object) => Thing {
  const things = new WeakMap<object, Thing>()
  return (client) => {
    let thing = things.get(client)
    if (thing === undefined) {
      thing = create()
      things.set(client, thing)
    }
    return thing
  }
}

// From the global registry, as the ESM and the CommonJS copy share clients. A property survives `{ ...client }`.
const key = Symbol.for('export-jobs.server')

/** The property by which a client carries its base URL: a function, so that printing the client does not show it. */
export const carryServer = (baseUrl: string): object => ({ [key]: () => baseUrl })

/** @returns the base URL of a client; undefined for a user's own client */
export const serverOf = (client: object): string | undefined =>
  (client as { readonly [key]?: () => string })[key]?.()

import { assertOption } from './options.ts'

/** @throws ConfigurationError `invalid-option` for what is no client; it says what was given. */
export function assertClient(client: unknown): void {
  const { vendor, get } = Object(client)
  assertOption(
    typeof vendor === 'string' && typeof get === 'function',
    `The first argument must be the client of a vendor, { vendor, get }, and is ${describe(client)}.`,
  )
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof Object(value).then === 'function') return 'a promise: await it first'
  return typeof value === 'function' ? 'a function: call it to get a client' : `no such ${typeof value}`
}

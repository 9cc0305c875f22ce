import { ConfigurationError } from '../errors.ts'

/** A copy of the caller's options. A polluted `Object.prototype` adds nothing to it. */
export function copyOwn<Options extends object>(options: Options | undefined): Options {
  return Object.assign(new (Bare as unknown as new () => Options)(), options)
}

// Its objects inherit nothing. Unlike those of Object.create(null), they are fast to read.
function Bare() {}
Bare.prototype = Object.create(null)

/** Calls a callback of the user's. What it throws, now or later, is ignored. */
export function notify<Event>(callback: ((event: Event) => unknown) | undefined, event: Event): void {
  if (!callback) return
  // The executor turns a throw into a rejection, and one handler then serves both.
  new Promise((resolve) => resolve(callback(event))).catch(() => {})
}

/** Handles the rejection of a promise that nobody expects: unhandled, it would end the process. */
export function ignoreRejection(value: unknown): void {
  if (value instanceof Promise) value.catch(() => {})
}

/** A copy without the properties that are undefined: what is unknown is absent. */
export function omitUndefined<Value extends object>(
  value: { readonly [Key in keyof Value]: Value[Key] | undefined },
): Value {
  const entries: Partial<Value> = {}
  for (const key of Object.keys(value) as (keyof Value)[]) {
    if (value[key] !== undefined) entries[key] = value[key]
  }
  return entries as Value
}

/** @throws ConfigurationError `invalid-option` with the message, unless the condition holds. */
export function assertOption(condition: boolean, message: string, vendor?: string): asserts condition {
  if (!condition) throw new ConfigurationError('invalid-option', message, vendor)
}

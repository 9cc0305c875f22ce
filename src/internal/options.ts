import { ConfigurationError } from '../errors.ts'

/** A copy of the caller's options that a polluted `Object.prototype` cannot add to. */
export function copyOwn<Options extends object>(options: Options | undefined): Options {
  return Object.assign(new (Bare as unknown as new () => Options)(), options)
}

// Its objects inherit from nothing that can be polluted; unlike those of Object.create(null) they are quick to read.
function Bare() {}
Bare.prototype = Object.create(null)

/** Calls back into the user's code; what it throws, now or later, is the user's and stops here. */
export function notify<Event>(callback: ((event: Event) => unknown) | undefined, event: Event): void {
  if (!callback) return
  // The executor turns a throw into a rejection, and one handler then serves both.
  new Promise((resolve) => resolve(callback(event))).catch(() => {})
}

/** The object without the properties that are undefined: what is not known is absent. */
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

// The parts of zod that the schemas use, so that all vendors share one small copy.

import { refine as refineWithZod } from 'zod/mini'

export type { output, ZodMiniType } from 'zod/mini'
export {
  array,
  enum,
  number,
  object,
  optional,
  strictObject,
  string,
  transform,
  unknown,
} from 'zod/mini'

/**
 * Checks a value.
 *
 * @param error - what the value must be
 * @param path - where the error is, if not at the value itself
 */
export const refine = <Value>(check: (value: Value) => boolean, error: string, path: string[] = []) =>
  // zod would read what is missing here off a polluted `Object.prototype`.
  refineWithZod<Value>(check, { error, path, when: undefined, abort: undefined, params: undefined })

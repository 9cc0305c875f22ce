// What the schemas use of zod, so that all vendors share one small copy of it.

export type { output, ZodMiniType } from 'zod/mini'
export {
  array,
  enum,
  number,
  object,
  optional,
  refine,
  strictObject,
  string,
  transform,
  unknown,
} from 'zod/mini'

// What the schemas use of zod, so that all vendors share one small copy of it.

export type { output, ZodMiniType } from 'zod/mini'
export {
  array,
  enum,
  nullable,
  number,
  object,
  optional,
  pipe,
  record,
  refine,
  safeParse,
  strictObject,
  string,
  transform,
  unknown,
} from 'zod/mini'

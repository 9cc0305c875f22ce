// The parts of zod that the schemas use, so that all vendors share one small copy.

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

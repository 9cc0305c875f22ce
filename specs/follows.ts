import * as z from './zod.ts'

/** Every property present, at every depth. Null stays: it is a value that the client has to read. */
type DeepRequired<T> = unknown extends T
  ? T
  : T extends readonly (infer Item)[]
    ? DeepRequired<Item>[]
    : T extends object
      ? { [Key in keyof T]-?: DeepRequired<Exclude<T[Key], undefined>> }
      : T

// Assignability both ways would let `any` and read-only differences through; identity does not.
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

type Follows<Documented, Schema extends z.ZodMiniType> =
  Equal<DeepRequired<Documented>, DeepRequired<z.output<Schema>>> extends true
    ? unknown
    : {
        'the schema does not follow the specification': {
          documented: DeepRequired<Documented>
          schema: DeepRequired<z.output<Schema>>
        }
      }

/**
 * Ties a schema to a generated type: a property that one of them lacks, names or types otherwise, does not
 * compile. Only which properties may be absent is the schema's own: it states what the client cannot do without.
 *
 * @example
 * const session = follows<components['schemas']['Session']>()(z.object({ access_token: z.string() }))
 */
export const follows =
  <Documented>() =>
  <Schema extends z.ZodMiniType>(schema: Schema & Follows<Documented, Schema>): Schema =>
    schema

/** A string of a documented vocabulary that may grow: a word nobody knows yet has to get through. */
export const word = <Word extends string>() => z.string() as unknown as z.ZodMiniType<Word>

/** What the client can do without: null, missing or of another type, it is absent and vetoes nothing. */
export const lenient = <Value>(type: 'string' | 'number' | 'object') =>
  // What `z.catch` does, which costs a user's bundle 3 kB.
  z.optional(z.transform((value) => (value !== null && typeof value === type ? (value as Value) : undefined)))

/** A value that is typed as documented and checked by somebody else. */
export const unchecked = <Value>() => z.unknown() as unknown as z.ZodMiniType<Value>

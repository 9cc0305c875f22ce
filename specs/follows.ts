import * as z from './zod.ts'

/** Makes every property required, at every depth. Null stays: the client must handle it. */
type DeepRequired<T> = unknown extends T
  ? T
  : T extends readonly (infer Item)[]
    ? DeepRequired<Item>[]
    : T extends object
      ? { [Key in keyof T]-?: DeepRequired<Exclude<T[Key], undefined>> }
      : T

// Mutual assignability would accept `any` and read-only differences; identity does not.
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
 * Checks a schema against a generated type: if a property is missing in one of them, or has another name or type, it does
 * not compile. Only which properties are optional may differ: the schema requires what the client needs.
 *
 * @example
 * const session = follows<components['schemas']['Session']>()(z.object({ access_token: z.string() }))
 */
export const follows =
  <Documented>() =>
  <Schema extends z.ZodMiniType>(schema: Schema & Follows<Documented, Schema>): Schema =>
    schema

/** A string with documented values. Accepts any other string too, as the vendor may add values. */
export const word = <Word extends string>() => z.string() as unknown as z.ZodMiniType<Word>

/** An optional value: if it is null, missing or of another type, it is undefined, and the response is still accepted. */
export const lenient = <Value>(type: 'string' | 'number' | 'object') =>
  // As `z.catch`, which would add 3 kB to a user's bundle.
  z.optional(z.transform((value) => (value !== null && typeof value === type ? (value as Value) : undefined)))

/** A value with the documented type that is checked elsewhere. */
export const unchecked = <Value>() => z.unknown() as unknown as z.ZodMiniType<Value>

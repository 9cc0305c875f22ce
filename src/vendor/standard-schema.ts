import { ResponseError } from '../errors.ts'
import { type FailedRequest, notJson } from '../http/transport-error.ts'
import { withoutInherited } from '../internal/json.ts'
import { copyOwn } from '../internal/options.ts'

/** A schema of any library that follows https://standardschema.dev, such as zod, valibot and arktype. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    /** Checks a value. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** What a schema does not accept. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/**
 * What a schema makes of an answer. A value that it does not accept, and could do without, is left out: a vendor that
 * sends something odd beside the id and the status has told these all the same.
 *
 * @throws ResponseError `unexpected-shape` with the path of the first value that is needed, `not-json` for an empty body.
 */
export async function parseResponse<Output>(
  schema: StandardSchema<Output>,
  value: unknown,
  request: FailedRequest,
): Promise<Output> {
  if (value === undefined) throw notJson(request, 'an empty body')
  let answer: unknown = value
  for (;;) {
    const own = withoutInherited(answer)
    const result = await validate(schema, own)
    // A schema may make a new object, which then inherits.
    if (result.issues === undefined) return own === answer ? result.value : withoutInherited(result.value)
    const paths = result.issues.map((issue) => keysOf(issue))
    const needed = paths.find((path) => !has(answer, path))
    if (needed || paths.length === 0) throw unexpectedShape(needed ?? [], request)
    answer = paths.reduce(without, answer)
  }
}

function unexpectedShape(path: readonly PropertyKey[], { vendor, subject }: FailedRequest): ResponseError {
  const name = path.map(String).join('.')
  const where = name === '' ? 'it is of another type' : `"${name}" is missing or of another type`
  return new ResponseError(
    'unexpected-shape',
    `The answer of ${vendor} for ${subject} is not as documented: ${where}.`,
    vendor,
    'Check the base URL, and whether the API has changed.',
  )
}

/** Whether there is a value at a path that could be left out: one of an object. */
function has(value: unknown, [key, ...rest]: readonly PropertyKey[]): boolean {
  if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
    return false
  return rest.length === 0 ? !Array.isArray(value) : has((value as Holder)[key], rest)
}

/** A copy without the value at a path, where there still is one. */
function without(value: unknown, path: readonly PropertyKey[]): unknown {
  if (!has(value, path)) return value
  const [key, ...rest] = path as [PropertyKey, ...PropertyKey[]]
  const copy = (Array.isArray(value) ? [...value] : { ...(value as Holder) }) as Holder
  if (rest.length === 0) delete copy[key]
  else copy[key] = without(copy[key], rest)
  return copy
}

type Holder = Record<PropertyKey, unknown>

const nowhere: SchemaIssue = { message: '' }

async function validate<Output>(
  schema: StandardSchema<Output>,
  value: unknown,
): Promise<SchemaResult<Output>> {
  try {
    return await schema['~standard'].validate(value)
  } catch {
    // A schema may stumble over what it was not written for: the value is none that it accepts.
    return { issues: [nowhere] }
  }
}

/** Where the first thing is that a schema does not accept, as `a.b.0`. */
export const pathOf = ([first]: readonly SchemaIssue[]): string => keysOf(first).map(String).join('.')

function keysOf(issue: SchemaIssue | undefined): PropertyKey[] {
  const { path = [] } = copyOwn(issue)
  return path.map((each) => (typeof each === 'object' ? each.key : each))
}

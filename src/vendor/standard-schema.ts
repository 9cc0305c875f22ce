import { ResponseError } from '../errors.ts'
import { type FailedRequest, notJson } from '../http/transport-error.ts'
import { withoutInherited } from '../internal/json.ts'
import { copyOwn } from '../internal/options.ts'

/** A schema of any library that implements https://standardschema.dev, such as zod, valibot and arktype. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    /** Checks a value. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

/** The result of a check by a schema. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** One thing that a schema does not accept. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/**
 * Checks an answer with a schema. A value that the schema does not accept, but does not need, is left out: an
 * unexpected value elsewhere must not hide the id and the status.
 *
 * @throws ResponseError `unexpected-shape` with the path of the first value that is needed, `not-json` for an empty
 * body.
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
    // The output may be a new object, which inherits again.
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

/** Whether there is a value at a path, and it can be left out: it is a property, not an item of a list. */
function has(value: unknown, [key, ...rest]: readonly PropertyKey[]): boolean {
  if (key === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
    return false
  return rest.length === 0 ? !Array.isArray(value) : has((value as Holder)[key], rest)
}

/** A copy without the value at a path, if there still is one. */
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
    // A schema that throws does not accept the value.
    return { issues: [nowhere] }
  }
}

/** The path of the first thing that a schema does not accept, such as `a.b.0`. */
export const pathOf = ([first]: readonly SchemaIssue[]): string => keysOf(first).map(String).join('.')

function keysOf(issue: SchemaIssue | undefined): PropertyKey[] {
  const { path = [] } = copyOwn(issue)
  return path.map((each) => (typeof each === 'object' ? each.key : each))
}

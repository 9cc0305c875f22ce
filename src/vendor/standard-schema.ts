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
 * The value, once it is known to be as the vendor documents it.
 *
 * @throws ResponseError `unexpected-shape` with the path of the first wrong value, `not-json` for an empty body.
 */
export async function parseResponse<Output>(
  schema: StandardSchema<Output>,
  value: unknown,
  request: FailedRequest,
): Promise<Output> {
  const { vendor, subject } = request
  if (value === undefined) throw notJson(request, 'an empty body')
  const result = await validate(schema, value)
  if (result.issues === undefined) return withoutInherited(result.value)
  const path = pathOf(result.issues)
  const where = path === '' ? 'it is of another type' : `"${path}" is missing or of another type`
  const message = `The answer of ${vendor} for ${subject} is not as documented: ${where}.`
  throw new ResponseError(
    'unexpected-shape',
    message,
    vendor,
    'Check the base URL, and whether the API has changed.',
  )
}

async function validate<Output>(
  schema: StandardSchema<Output>,
  value: unknown,
): Promise<SchemaResult<Output>> {
  try {
    return await schema['~standard'].validate(withoutInherited(value))
  } catch {
    // A schema may stumble over what it was not written for: the value is none that it accepts.
    return { issues: [{ message: '' }] }
  }
}

/** Where the first thing is that a schema does not accept, as `a.b.0`. */
export function pathOf([first]: readonly SchemaIssue[]): string {
  const { path = [] } = copyOwn(first)
  const keys = path.map((each) => (typeof each === 'object' ? each.key : each))
  return keys.map(String).join('.')
}

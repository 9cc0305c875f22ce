import { ConfigurationError, ResponseError } from '../errors.ts'
import { checkId } from '../http/check-id.ts'
import { placeholder } from '../http/redact.ts'
import { copyOwn } from '../internal/options.ts'
import { pathOf, type SchemaIssue, type StandardSchema } from './standard-schema.ts'

/**
 * Checks the parameters of a new export before anything is sent.
 *
 * @param schema - as the vendor documents it
 * @returns the output of the schema for a copy that inherits nothing
 * @throws ConfigurationError `invalid-option` naming the first parameter that is wrong.
 */
export async function checkStartParams<Output>(
  schema: StandardSchema<Output>,
  params: unknown,
  vendor: string,
): Promise<Output> {
  const result = await schema['~standard'].validate(copyOwn(params as object))
  if (result.issues === undefined) return result.value
  // zod schemas have the names that they know. The standard does not require that.
  const { shape = {} } = schema as { readonly shape?: object }
  throw invalidParam(result.issues[0] as SchemaIssue, Object.keys(shape), vendor)
}

function invalidParam(issue: SchemaIssue, known: readonly string[], vendor: string): ConfigurationError {
  const { keys, message } = issue as SchemaIssue & { readonly keys?: readonly string[] }
  const path = pathOf([issue]) || keys?.[0]
  const words = message.startsWith('must ')
    ? message
    : keys
      ? 'is not known'
      : 'is missing or not as documented'
  const text = `"${path}" to start an export at ${vendor} ${words}.`
  const advice = keys && known.length > 0 ? `It knows ${known.join(', ')}.` : undefined
  return new ConfigurationError('invalid-option', text, vendor, advice)
}

/**
 * Checks the ref of an export that a vendor has started: an id, or an object of ids.
 *
 * @throws ResponseError `unexpected-shape` for one that cannot be used.
 */
export function checkStartedRef(ref: unknown, vendor: string): void {
  const ids = typeof ref === 'object' && ref !== null ? Object.values(ref) : [ref]
  if (ids.length > 0 && ids.every((id) => isUsable(id, vendor))) return
  throw new ResponseError(
    'unexpected-shape',
    `${vendor} started an export, but its answer has no usable id.`,
    vendor,
    'Look for the export at the vendor before starting another.',
  )
}

// If a credential was redacted in it, it is no longer the id.
function isUsable(id: unknown, vendor: string): boolean {
  try {
    checkId(id, vendor)
    return !id.includes(placeholder)
  } catch {
    return false
  }
}

import { ConfigurationError, ResponseError } from '../errors.ts'
import { checkId } from '../http/check-id.ts'
import { copyOwn } from '../internal/options.ts'
import { pathOf, type SchemaIssue, type StandardSchema } from './standard-schema.ts'

/**
 * Checks what an export is to be started with, before anything is sent.
 *
 * @param schema - as the vendor documents it
 * @returns a copy, with nothing inherited
 * @throws ConfigurationError `invalid-option` naming the first parameter that is wrong.
 */
export async function checkStartParams<Params extends object>(
  schema: StandardSchema,
  params: Params | undefined,
  vendor: string,
): Promise<Params> {
  const given = copyOwn(params)
  const { issues } = await schema['~standard'].validate(given)
  if (issues?.[0]) throw invalidParam(issues[0], vendor)
  return given as Params
}

function invalidParam(issue: SchemaIssue, vendor: string): ConfigurationError {
  const { keys, message } = issue as SchemaIssue & { readonly keys?: readonly string[] }
  const path = pathOf([issue]) || keys?.[0]
  const words = message.startsWith('must ')
    ? message
    : keys
      ? 'is not known'
      : 'is missing or not as documented'
  return new ConfigurationError('invalid-option', `"${path}" to start a ${vendor} export ${words}.`, vendor)
}

/**
 * Checks the id under which a vendor has started an export.
 *
 * @throws ResponseError `unexpected-shape` for one that cannot be used.
 */
export function checkStartedId(id: unknown, vendor: string): string {
  try {
    checkId(id, vendor)
    return id
  } catch {
    throw new ResponseError(
      'unexpected-shape',
      `${vendor} started an export, but its answer does not tell the id.`,
      vendor,
      'Look for the export at the vendor before starting another.',
    )
  }
}

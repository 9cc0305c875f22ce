import { ConfigurationError } from '../errors.ts'
import { checkId } from '../http/check-id.ts'

/**
 * Checks a ref before any I/O: an id, or an object of ids.
 *
 * @throws ConfigurationError `invalid-ref`.
 */
export function checkRef(ref: unknown, vendor: string): void {
  if (typeof ref === 'string') checkId(ref, vendor)
  else if (typeof ref !== 'object' || ref === null) {
    const message = `The ref of a ${vendor} export is ${ref === null ? 'null' : `of type ${typeof ref}`}.`
    throw new ConfigurationError('invalid-ref', message, vendor)
  } else for (const [name, id] of Object.entries(ref)) checkId(id, vendor, name)
}

/** A ref in words for errors: `export "abc"`. */
export const describeRef = (ref: unknown): string =>
  typeof ref === 'string' ? `export "${ref}"` : `export ${JSON.stringify(ref)}`

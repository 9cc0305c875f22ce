import { ResponseError } from '../../errors.ts'
import { checkId } from '../../http/id.ts'
import type { Check } from '../../http/shape.ts'
import { assertOption, copyOwn } from '../../internal/options.ts'

/**
 * Checks what an export is to be started with, before anything is sent.
 *
 * @param check - as the vendor documents it
 * @returns a copy, with nothing inherited
 * @throws ConfigurationError `invalid-option` naming the first parameter that is wrong.
 */
export function checkStart<Params extends object>(
  params: Params | undefined,
  check: Check,
  vendor: string,
): Params {
  const given = { ...copyOwn(params) }
  const path = check(given)
  assertOption(
    path === undefined,
    `"${path}" to start a ${vendor} export is missing or not as documented.`,
    vendor,
  )
  return given
}

/**
 * Checks the id under which a vendor has started an export.
 *
 * @throws ResponseError `unexpected-shape` for one that cannot be.
 */
export function checkStarted(id: string | undefined, vendor: string): string {
  try {
    checkId(id, vendor)
    return id
  } catch {
    const message = `${vendor} started an export, but its answer does not tell its id. Look for the export before starting another.`
    throw new ResponseError('unexpected-shape', message, vendor)
  }
}

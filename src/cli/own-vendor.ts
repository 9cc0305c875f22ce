import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigurationError, isExportJobsError, type Token } from '../index.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import type { ClientSettings } from './clients.ts'
import { type Environment, readEnvironment } from './environment.ts'
import type { AnyClient } from './vendors.ts'

/** What `defineVendor` makes, as far as it is known of a module of the user's own. */
interface Factory {
  (options: Readonly<Record<string, unknown>> & { readonly token: Token }): AnyClient
  readonly vendor: string
}

/** A vendor of the user's own. */
export interface OwnVendor {
  readonly vendor: string
  /** @throws ConfigurationError `invalid-option` for what is missing in the environment or cannot be. */
  create(environment: Environment, settings: ClientSettings): AnyClient
}

// What every client has is set by the command line; the environment has the vendor's own.
const common = [
  'token',
  'baseUrl',
  'fetch',
  'headers',
  'timeout',
  'retries',
  'rateLimit',
  'concurrency',
  'allowHttp',
]
const reserved = new Set([...common, 'clock', 'onRequest', 'tokenFile'])

/**
 * Loads the module of a vendor of the user's own: its default export is what `defineVendor` has made.
 *
 * The client's token comes from `<VENDOR>_TOKEN` or `<VENDOR>_TOKEN_FILE`, its base URL from `<VENDOR>_BASE_URL`, and
 * its further options from their names: `<VENDOR>_TEAM_ID` is `teamId`. All are texts.
 *
 * @param path - of the module, from the working directory
 * @throws ConfigurationError `invalid-option` for a module that cannot be loaded, or has no such export.
 */
export async function loadVendor(path: string): Promise<OwnVendor> {
  const factory = await importDefault(path)
  if (!isFactory(factory)) {
    const advice = 'Export it so: export default defineVendor({ … })'
    throw invalid(`The default export of ${path} is not what defineVendor makes.`, advice)
  }
  const { vendor } = factory
  const prefix = vendor.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
  return {
    vendor,
    create(environment, { baseUrl, ...settings }) {
      const { value, token } = readEnvironment(environment, prefix)
      const address = baseUrl ?? value(`${prefix}_BASE_URL`)
      return factory({
        ...ownOptions(environment, prefix),
        ...settings,
        ...(address !== undefined && { baseUrl: address }),
        token: token(),
      })
    },
  }
}

async function importDefault(path: string): Promise<unknown> {
  try {
    const { default: exported } = await import(pathToFileURL(resolve(path)).href)
    // Of CommonJS that was compiled from a module.
    return Object(exported).default ?? exported
  } catch (error) {
    throw invalid(`The module ${path} of --vendor cannot be loaded: ${whyNotLoaded(error)}`)
  }
}

// Only what the runtime says of the module is repeated, not what the module says: it may hold a secret.
function whyNotLoaded(error: unknown): string {
  const { code, message } = Object(error) as NodeJS.ErrnoException
  if (code) return `${message} (${code})`
  return error instanceof SyntaxError || isExportJobsError(error) ? message : describeThrown(error)
}

const isFactory = (value: unknown): value is Factory =>
  typeof value === 'function' && typeof (value as unknown as Factory).vendor === 'string'

function ownOptions(environment: Environment, prefix: string): Record<string, string> {
  const { secret } = readEnvironment(environment, prefix)
  const names = Object.keys(environment)
    .filter((name) => name.startsWith(`${prefix}_`))
    .map((name) => name.replace(/_FILE$/, ''))
  const options = [...new Set(names)].flatMap((name) => {
    const option = toCamelCase(name.slice(prefix.length + 1))
    const value = reserved.has(option) ? undefined : secret(name)
    return value === undefined ? [] : [[option, value] as const]
  })
  return Object.fromEntries(options)
}

const toCamelCase = (name: string): string =>
  name.toLowerCase().replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

function invalid(message: string, advice?: string): ConfigurationError {
  return new ConfigurationError('invalid-option', message, undefined, advice)
}

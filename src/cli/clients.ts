import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isExportJobsError, type RequestEvent, type Token } from '../index.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import { anacondaServiceAccount, createAnacondaClient } from '../vendors/anaconda.ts'
import { createDidomiClient, didomiApiKey } from '../vendors/didomi.ts'
import { createLoyaltyDogClient } from '../vendors/loyaltydog.ts'
import { createTykClient } from '../vendors/tyk.ts'
import { type Environment, missing, readEnvironment } from './environment.ts'
import type { CommonFlags } from './flags.ts'
import type { Progress } from './row.ts'
import type { Output, Shell } from './shell.ts'
import { sanitizeForTerminal } from './text.ts'
import { usageError } from './usage.ts'
import { type AnyClient, isVendorName, type VendorName } from './vendors.ts'

/** Client options that the command line sets; none is secret. */
interface ClientSettings {
  readonly baseUrl?: string | undefined
  readonly allowHttp?: boolean | undefined
  readonly onRequest?: ((event: RequestEvent) => void) | undefined
}

/** Reads what all clients need; `--base-url` overrides the environment. */
function readOptions(environment: Environment, prefix: string, settings: ClientSettings) {
  const variables = readEnvironment(environment, prefix)
  return { ...variables, common: { ...settings, baseUrl: settings.baseUrl ?? variables.value('BASE_URL') } }
}

/**
 * Creates the client of a vendor from the environment.
 *
 * @throws ConfigurationError `invalid-option` for a variable that is missing or invalid.
 */
export const createClient = {
  tyk(environment: Environment, settings: ClientSettings) {
    const { common, token } = readOptions(environment, 'TYK', settings)
    const { baseUrl } = common
    if (baseUrl === undefined)
      throw missing('TYK_BASE_URL is not set, nor --base-url: give https://<your host>/api/v1')
    return createTykClient({ ...common, baseUrl, token: token() })
  },
  anaconda(environment: Environment, settings: ClientSettings) {
    const { common, value, token } = readOptions(environment, 'ANACONDA', settings)
    return createAnacondaClient({
      ...common,
      organization: value('ORGANIZATION'),
      token: token(['CLIENT_ID', 'CLIENT_SECRET'], (clientId, clientSecret) =>
        anacondaServiceAccount({ ...common, clientId, clientSecret }),
      ),
    })
  },
  loyaltydog(environment: Environment, settings: ClientSettings) {
    const { common, secret, token } = readOptions(environment, 'LOYALTYDOG', settings)
    return createLoyaltyDogClient({ ...common, token: token(), merchantToken: secret('MERCHANT_TOKEN') })
  },
  didomi(environment: Environment, settings: ClientSettings) {
    const { common, value, token } = readOptions(environment, 'DIDOMI', settings)
    const organizationId = value('ORGANIZATION_ID')
    if (organizationId === undefined) throw missing('DIDOMI_ORGANIZATION_ID is not set')
    return createDidomiClient({
      ...common,
      organizationId,
      token: token(['KEY', 'SECRET'], (key, secret) => didomiApiKey({ ...common, key, secret })),
    })
  },
} satisfies Record<VendorName, unknown>

/**
 * Prepares the clients of a command; with `--verbose` they trace their requests on stderr.
 *
 * @param progress - above which the trace is printed, if there is any
 * @throws ConfigurationError `invalid-option` for a module of `--vendor` that cannot be loaded.
 */
export async function openClients(
  { environment, err }: Pick<Shell, 'environment' | 'err'>,
  { vendor: path, baseUrl, allowHttp, verbose }: CommonFlags,
  progress?: Progress,
) {
  const own = path === undefined ? undefined : await loadVendor(path)
  const settings = { baseUrl, allowHttp, onRequest: verbose ? createTrace(err, progress) : undefined }
  const clients = new Map<string, AnyClient>()
  const create = (vendor: string): AnyClient => {
    if (own) return createOwn(own, environment, settings)
    if (!isVendorName(vendor)) throw new Error(`No vendor ${vendor}`)
    return createClient[vendor](environment, settings) as unknown as AnyClient
  }
  return {
    /** The name of the vendor of `--vendor`, to which then all exports belong. */
    own: own?.vendor,
    /**
     * The client of a vendor: the same one each time.
     *
     * @throws ConfigurationError `invalid-option` for a variable of the environment that is missing or invalid.
     */
    of(vendor: string): AnyClient {
      const client = clients.get(vendor) ?? create(vendor)
      clients.set(vendor, client)
      return client
    },
  }
}

// A line for each request. It has no query, header or body, and so no secret.
const createTrace =
  (err: Output, progress?: Progress) =>
  ({ vendor, method, path, attempt, status, requestId, error, durationMs }: RequestEvent): void => {
    const fields = [
      `${vendor}: ${method} ${path}`,
      status ?? error?.code,
      requestId && `request ${requestId}`,
      attempt > 1 && `attempt ${attempt}`,
      `${Math.round(durationMs)} ms`,
    ]
    const print = () => err.line(sanitizeForTerminal(fields.filter(Boolean).join(' · ')))
    if (progress) progress.printAbove(print)
    else print()
  }

/** A module of the user's own: its default export is what `defineVendor` makes. */
interface OwnVendor {
  (options: Readonly<Record<string, unknown>> & { readonly token: Token }): AnyClient
  readonly vendor: string
}

async function loadVendor(path: string): Promise<OwnVendor> {
  const factory = await importDefault(path)
  if (typeof factory === 'function' && typeof (factory as OwnVendor).vendor === 'string')
    return factory as OwnVendor
  const advice = 'Export it so: export default defineVendor({ … })'
  throw usageError(`The default export of ${path} is not what defineVendor makes.`, advice)
}

async function importDefault(path: string): Promise<unknown> {
  try {
    const { default: exported } = await import(pathToFileURL(resolve(path)).href)
    // CommonJS that was compiled from an ES module has a second `default`.
    return Object(exported).default ?? exported
  } catch (error) {
    throw usageError(`The module ${path} of --vendor cannot be loaded: ${whyNotLoaded(error)}`)
  }
}

// The text of an error that the module itself throws is not repeated: it may contain a secret.
function whyNotLoaded(error: unknown): string {
  const { code, message } = Object(error) as NodeJS.ErrnoException
  if (code) return `${message} (${code})`
  return error instanceof SyntaxError || isExportJobsError(error) ? message : describeThrown(error)
}

/** Options that no variable sets: the command line does, or their values are no texts. */
const reserved = new Set(
  // biome-ignore format: one line says as much as twelve
  ['token', 'tokenFile', 'baseUrl', 'fetch', 'headers', 'timeout', 'retries', 'rateLimit', 'concurrency', 'allowHttp', 'clock', 'onRequest'],
)

// Every other variable that begins with the vendor's name is an option: ACME_TEAM_ID is `teamId`.
function createOwn(factory: OwnVendor, environment: Environment, settings: ClientSettings): AnyClient {
  const prefix = factory.vendor.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
  const { common, secret, token } = readOptions(environment, prefix, settings)
  const names = Object.keys(environment)
    .filter((name) => name.startsWith(`${prefix}_`))
    .map((name) => name.slice(prefix.length + 1).replace(/_FILE$/, ''))
  const options = [...new Set(names)]
    .map((name) => [toCamelCase(name), name] as const)
    .filter(([option]) => !reserved.has(option))
    .map(([option, name]) => [option, secret(name)] as const)
  return factory({
    ...Object.fromEntries(options.filter(([, value]) => value !== undefined)),
    ...common,
    token: token(),
  })
}

const toCamelCase = (name: string): string =>
  name.toLowerCase().replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/**
 * What the four vendors are made with, for a vendor of your own.
 *
 * @module export-jobs/vendor
 */

export {
  ApiError,
  type ApiErrorCode,
  type ApiErrorDetails,
  ConfigurationError,
  type ConfigurationErrorCode,
  type Problem,
  ResponseError,
  type ResponseErrorCode,
} from '../errors.ts'
export type { ReadProblem, VendorProblem } from '../http/api-error.ts'
export { checkId } from '../http/check-id.ts'
export type { ClientRequestInit } from '../http/client-request.ts'
export { checkToken } from '../http/headers.ts'
export { createTypedClient, type TypedClientOptions } from '../http/openapi-client.ts'
export type { CallFetch, VendorContext } from './context.ts'
export {
  type Credentials,
  type CredentialsDefinition,
  defineCredentials,
  type ExchangeOptions,
  type FreshToken,
} from './credentials.ts'
export { defineVendor, type Misspelled } from './define-vendor.ts'
export type { AuthScheme, ExtensibleClient, StatusTable, VendorDefinition } from './definition.ts'
export type { Instant } from './instant.ts'
export type { DownloadLocation, DownloadRoute, DownloadSpec, JobToDownload } from './open-download.ts'
export type { Page, PageList, PagePosition, PageRead } from './pages.ts'
export type * from './public-types.ts'
export type { VendorRequest } from './request.ts'
export type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts'
export type { DownloadFields, JobFields } from './to-job.ts'
export type {
  Cancelable,
  Downloadable,
  HostedOptions,
  StartArguments,
  Startable,
  VendorClient,
  VendorFactory,
} from './vendor-client.ts'

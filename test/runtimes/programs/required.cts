import type { TykClientOptions } from 'export-jobs/tyk'

const { waitForCompletion, isExportJobsError } = require('export-jobs') as typeof import('export-jobs')
const { createTykClient } = require('export-jobs/tyk') as typeof import('export-jobs/tyk')

const options: TykClientOptions = { baseUrl: 'http://127.0.0.1:1', token: 'some-token', retries: 0 }
waitForCompletion(createTykClient(options), 'exp-1', { timeout: 0, tolerate: 0 }).catch((error) =>
  console.log(isExportJobsError(error), error.code, error.cause.code),
)

import * as main from 'export-jobs'
import * as testing from 'export-jobs/testing'
import * as tyk from 'export-jobs/tyk'
import { checkSimulator } from './expectations.cjs'

await checkSimulator(testing, tyk, main)

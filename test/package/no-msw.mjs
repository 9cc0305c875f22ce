import * as testing from 'export-jobs/testing'
import { checkWithoutMsw } from './expectations.cjs'

await checkWithoutMsw(testing)

import process from 'node:process'
import type { Result } from './harness.ts'
import { runSuite } from './suite.ts'

const floating: unknown[] = []
process.on('unhandledRejection', (reason) => floating.push(reason))
const print = (result: Result) => console.log(JSON.stringify(result))

// A runtime that reads a tsconfig.json could have been led to the sources.
const found = import.meta.resolve('export-jobs')
const isBuilt = found.endsWith('/node_modules/export-jobs/dist/index.js')
print({ name: 'the package is the one that was built', ok: isBuilt, error: found })
await runSuite(process.argv[2] ?? '', floating, print)

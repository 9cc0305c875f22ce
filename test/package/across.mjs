import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { collectErrors } from './expectations.cjs'

const require = createRequire(import.meta.url)
const names = process.argv.slice(2)
const imported = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await import(name)])))
const required = Object.fromEntries(names.map((name) => [name, require(name)]))

const isFromImport = imported['export-jobs'].isExportJobsError
const isFromRequire = required['export-jobs'].isExportJobsError
for (const error of await collectErrors(required))
  assert.ok(isFromImport(error), `not known to ESM: ${error}`)
for (const error of await collectErrors(imported))
  assert.ok(isFromRequire(error), `not known to CJS: ${error}`)
for (const other of [new Error('other'), { code: 'invalid-ref' }, null, 'text']) {
  assert.equal(isFromImport(other), false)
  assert.equal(isFromRequire(other), false)
}

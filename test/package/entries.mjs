import { checkSharedErrors } from './expectations.cjs'

const names = process.argv.slice(2)
await checkSharedErrors(
  Object.fromEntries(await Promise.all(names.map(async (name) => [name, await import(name)]))),
)

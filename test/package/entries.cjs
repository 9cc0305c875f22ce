const { checkSharedErrors } = require('./expectations.cjs')

const names = process.argv.slice(2)
checkSharedErrors(Object.fromEntries(names.map((name) => [name, require(name)])))

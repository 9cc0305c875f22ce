const { checkWithoutMsw } = require('./expectations.cjs')

checkWithoutMsw(require('export-jobs/testing'))

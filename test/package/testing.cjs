const { checkSimulator } = require('./expectations.cjs')

checkSimulator(require('export-jobs/testing'), require('export-jobs/tyk'), require('export-jobs'))

// How good the tests are: each mutant is one change of the code, and ought to be noticed by those that reach it.

const textOf = ({ type, value, quasis }) => {
  if (type === 'StringLiteral') return value
  return type === 'TemplateLiteral' ? quasis.map(({ value }) => value.raw).join('') : ''
}

/** Leaves out what is written for people, texts of three words and more: codes are the contract, messages are not. */
const prose = { shouldIgnore: ({ node }) => (textOf(node).split(' ').length > 2 ? 'prose' : undefined) }

export const strykerPlugins = [{ kind: 'Ignore', name: 'prose', value: prose }]

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['src/{internal,wait,http,vendor,vendors}/**/*.ts'],
  // The second is this file, for the above.
  plugins: ['@stryker-mutator/vitest-runner', './stryker.config.mjs'],
  ignorers: ['prose'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // What is done once, on import, each test would have to be run for: that takes as long as all the others.
  ignoreStatic: true,
  timeoutMS: 3_000,
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { reportTests: false },
  htmlReporter: { fileName: '.cache/stryker/report.html' },
  jsonReporter: { fileName: '.cache/stryker/report.json' },
  incremental: true,
  incrementalFile: '.cache/stryker/incremental.json',
  tempDirName: '.cache/stryker/sandbox',
  ignorePatterns: ['bench', 'coverage', 'dist', 'docs', 'examples'],
}

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// For `npm run test:msw3`: the tests of the simulator on the other major of its peer.
export const lib = fileURLToPath(
  new URL('../../node_modules/.cache/runtimes/node_modules/msw-3/lib', import.meta.url),
)

export default defineConfig({
  resolve: { alias: { 'msw/node': `${lib}/node/index.js`, msw: `${lib}/core/index.js` } },
  test: {
    include: ['test/testing/**/*.test.ts'],
    // It has no part in msw.
    exclude: ['test/testing/conformance/**'],
    setupFiles: ['test/testing/msw-3.setup.ts'],
    maxWorkers: '100%',
    // A busy machine may take its time; what hangs is found all the same.
    testTimeout: 30_000,
  },
})

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const vendorEntry = fileURLToPath(new URL('src/vendor/index.ts', import.meta.url))

export default defineConfig({
  // The vendors of examples/ are imported as they are: of the sources, not of the last build.
  resolve: { alias: [{ find: /^export-jobs\/vendor$/, replacement: vendorEntry }] },
  test: {
    include: ['test/**/*.test.ts'],
    // They have packages of their own: npm run test:s3, test:engines, test:workflows.
    exclude: ['**/node_modules/**', 'test/s3/**', 'test/engines/**', 'test/workflows/**'],
    // By itself vitest leaves one core idle, which is half of two.
    maxWorkers: '100%',
    // A busy machine may take its time; what hangs is found all the same.
    testTimeout: 30_000,
    typecheck: { enabled: false, include: ['test/**/*.test-d.ts'] },
    coverage: {
      include: ['src/**'],
      reporter: ['text', 'text-summary', 'json-summary', 'html'],
      thresholds: {
        'src/*.ts': { branches: 100 },
        'src/{internal,wait,http,vendor,vendors}/**': { branches: 99.5 },
      },
    },
  },
})

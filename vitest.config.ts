import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // It has packages of its own: npm run test:s3.
    exclude: ['**/node_modules/**', 'test/s3/**'],
    typecheck: { enabled: false, include: ['test/**/*.test-d.ts'] },
    coverage: {
      include: ['src/**'],
      reporter: ['text', 'text-summary', 'json-summary', 'html'],
      thresholds: {
        'src/*.ts': { branches: 100 },
        'src/{wait,http,vendors}/**': { branches: 100 },
      },
    },
  },
})

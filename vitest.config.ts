import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
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

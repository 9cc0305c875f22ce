import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { enabled: false, include: ['test/**/*.test-d.ts'] },
    coverage: { include: ['src/**'], reporter: ['text-summary', 'json-summary', 'html'] },
  },
})

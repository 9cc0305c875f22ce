import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: at('../..'),
  test: { include: ['test/workflows/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
  resolve: {
    alias: [
      { find: /^export-jobs$/, replacement: at('../../src/index.ts') },
      { find: /^export-jobs\/(\w+)$/, replacement: at('../../src/vendors/$1.ts') },
    ],
  },
})

import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: at('../..'),
  test: { include: ['test/engines/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
  resolve: {
    // The one of this folder, which finds a client of Redis beside it.
    alias: [
      { find: /^bullmq$/, replacement: at('node_modules/bullmq') },
      { find: /^export-jobs$/, replacement: at('../../src/index.ts') },
      { find: /^export-jobs\/bullmq$/, replacement: at('../../src/bullmq/index.ts') },
      { find: /^export-jobs\/(\w+)$/, replacement: at('../../src/vendors/$1.ts') },
    ],
  },
})

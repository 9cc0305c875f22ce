import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Tests with one BullMQ of this folder, which finds a client of its store beside it. */
function project(name: string, bullmq: string, include: string, env: Record<string, string> = {}) {
  return {
    root: at('../..'),
    test: {
      name,
      env: { BULLMQ: bullmq, ...env },
      include: [`test/engines/${include}.test.ts`],
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
    resolve: {
      alias: [
        { find: /^bullmq$/, replacement: at(`node_modules/${bullmq}`) },
        { find: /^export-jobs$/, replacement: at('../../src/index.ts') },
        { find: /^export-jobs\/bullmq$/, replacement: at('../../src/bullmq/index.ts') },
        { find: /^export-jobs\/(\w+)$/, replacement: at('../../src/vendors/$1.ts') },
      ],
    },
  }
}

export default defineConfig({
  root: at('../..'),
  test: {
    // They wait more than they compute.
    maxWorkers: 3,
    projects: [
      project('BullMQ 6 on Redis', 'bullmq', 'bullmq/*'),
      project('BullMQ 6 on PostgreSQL', 'bullmq', 'bullmq/*', { STORE: 'postgres' }),
      project('BullMQ 5 on Redis', 'bullmq-5', 'bullmq/*'),
      project('other engines', 'bullmq', '*'),
    ],
  },
})

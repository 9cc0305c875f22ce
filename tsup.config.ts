import { defineConfig, type Options } from 'tsup'

const shared: Options = {
  target: 'es2022',
  // One copy of each class, whichever entries are imported.
  splitting: true,
  external: ['openapi-fetch', 'msw'],
}

export default defineConfig([
  {
    ...shared,
    entry: {
      index: 'src/index.ts',
      'vendors/tyk': 'src/vendors/tyk.ts',
      'vendors/anaconda': 'src/vendors/anaconda.ts',
      'vendors/loyaltydog': 'src/vendors/loyaltydog.ts',
      'vendors/didomi': 'src/vendors/didomi.ts',
      'node/index': 'src/node/index.ts',
      'testing/index': 'src/testing/index.ts',
    },
    format: ['esm', 'cjs'],
    dts: true,
    clean: true,
    // p-retry is ESM only, and what is bundled costs the user no install and no time at start.
    noExternal: ['p-retry'],
  },
  {
    ...shared,
    entry: { main: 'src/cli/main.ts' },
    outDir: 'dist/cli',
    format: ['esm'],
    platform: 'node',
    noExternal: ['p-retry', 'commander', 'log-update', 'picocolors'],
    banner: { js: '#!/usr/bin/env node' },
  },
])

import { defineConfig, type Options } from 'tsup'

const shared: Options = {
  target: 'es2022',
  // One copy of each class, whichever entries are imported.
  splitting: true,
  external: ['msw'],
  removeNodeProtocol: false,
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
    // p-retry is ESM only; and a package that is bundled is neither looked up nor read when the process starts.
    noExternal: ['openapi-fetch', 'p-retry'],
  },
  {
    ...shared,
    entry: { main: 'src/cli/main.ts' },
    outDir: 'dist/cli',
    format: ['esm'],
    platform: 'node',
    noExternal: ['openapi-fetch', 'p-retry', 'commander', 'log-update', 'picocolors'],
    banner: {
      // commander is CommonJS and requires parts of Node, which an ES module cannot.
      js: "#!/usr/bin/env node\nimport { createRequire as createBundleRequire } from 'node:module'\nconst require = createBundleRequire(import.meta.url)",
    },
  },
])

import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { defineConfig, type Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const source = resolve('src')
const vendors = ['tyk', 'anaconda', 'loyaltydog', 'didomi']
// What stands on no other floor's way: all that the entries share, their own rooms left out.
const shared = ['', 'internal', 'wait', 'http', 'vendor', 'records'].flatMap((folder) =>
  readdirSync(resolve(source, folder))
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    .map((name) => resolve(source, folder, name)),
)

// What only the vendors share.
const schemas = resolve('specs/zod.ts')

/**
 * Puts what the entries share into one file. There is then one copy of each class, and a process that imports two
 * entries opens three files instead of a dozen, which is most of what starting costs.
 */
const core: Plugin = {
  name: 'core',
  setup(build) {
    const extension = build.initialOptions.format === 'cjs' ? '.cjs' : '.js'
    build.onLoad({ filter: /scripts.core\.ts$/ }, () => ({
      contents: shared.map((path) => `export * from ${JSON.stringify(path)}`).join('\n'),
      resolveDir: source,
    }))
    build.onResolve({ filter: /^\.\.?\// }, ({ path, importer, kind }) => {
      if (kind === 'entry-point') return undefined
      const target = resolve(dirname(importer), path)
      const file = target === schemas ? 'schemas' : shared.includes(target) ? 'core' : undefined
      if (file === undefined || shared.includes(importer)) return undefined
      const toRoot = dirname(importer) === source ? './' : '../'
      return { path: `${toRoot}${file}${extension}`, external: true, sideEffects: false }
    })
  },
}

/**
 * Types of packages that travel with ours, so that a user installs neither. The bundler of declarations leaves out
 * whatever is in node_modules: it is given copies beside it.
 */
function bundledTypes(): Record<string, string[]> {
  const folder = '.cache/types'
  mkdirSync(folder, { recursive: true })
  return Object.fromEntries(
    ['openapi-fetch', 'openapi-typescript-helpers'].map((name) => {
      const copy = `${folder}/${name}.d.ts`
      copyFileSync(`node_modules/${name}/dist/index.d.mts`, copy)
      return [name, [copy]]
    }),
  )
}

export default defineConfig([
  {
    entry: {
      core: 'scripts/core.ts',
      schemas: 'specs/zod.ts',
      index: 'src/index.ts',
      ...Object.fromEntries(vendors.map((vendor) => [`vendors/${vendor}`, `src/vendors/${vendor}.ts`])),
      'vendor/index': 'src/vendor/index.ts',
      'node/index': 'src/node/index.ts',
      'bullmq/index': 'src/bullmq/index.ts',
      'testing/index': 'src/testing/index.ts',
    },
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    clean: true,
    splitting: false,
    external: ['bullmq', 'msw', /^node:/],
    removeNodeProtocol: false,
    // A package that is bundled is neither looked up nor read when a process starts.
    noExternal: ['openapi-fetch'],
    esbuildPlugins: [core],
    dts: {
      compilerOptions: { paths: bundledTypes() },
      entry: {
        index: 'src/index.ts',
        ...Object.fromEntries(vendors.map((vendor) => [`vendors/${vendor}`, `src/vendors/${vendor}.ts`])),
        'vendor/index': 'src/vendor/index.ts',
        'node/index': 'src/node/index.ts',
        'bullmq/index': 'src/bullmq/index.ts',
        'testing/index': 'src/testing/index.ts',
      },
    },
  },
  {
    entry: { main: 'src/cli/main.ts' },
    outDir: 'dist/cli',
    format: ['esm'],
    target: 'es2022',
    platform: 'node',
    splitting: true,
    external: ['msw'],
    removeNodeProtocol: false,
    noExternal: ['openapi-fetch', 'commander', 'log-update', 'picocolors', '@bomb.sh/tab'],
    banner: {
      // commander is CommonJS and requires parts of Node, which an ES module cannot.
      js: "#!/usr/bin/env node\nimport { createRequire as createBundleRequire } from 'node:module'\nconst require = createBundleRequire(import.meta.url)",
    },
  },
])

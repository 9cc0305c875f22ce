import module from 'node:module'
import { pathToFileURL } from 'node:url'
import { lib } from './msw-3.config.ts'

// The simulator requires msw by itself, past the aliases of Vitest. From Node 22.15 on; absent from the types of Node 20.
type Resolve = (name: string, context: object, next: (name: string, context: object) => object) => object
const { registerHooks } = module as unknown as { registerHooks(hooks: { resolve: Resolve }): void }

registerHooks({
  resolve: (name, context, next) =>
    name === 'msw'
      ? { url: pathToFileURL(`${lib}/core/index.js`).href, format: 'module', shortCircuit: true }
      : next(name, context),
})

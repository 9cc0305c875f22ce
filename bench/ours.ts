import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const load = async (path: string): Promise<unknown> => import(pathToFileURL(resolve('dist', path)).href)

// What is built is what is measured, as a user gets it; the types are those of the source.
export const { waitForCompletion } = (await load('index.js')) as typeof import('../src/index.ts')
export const { createTykClient } = (await load('vendors/tyk.js')) as typeof import('../src/vendors/tyk.ts')

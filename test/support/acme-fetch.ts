import type { ClientOptions } from '../../src/http/client-options.ts'
import { defineAcme } from './acme.ts'

/** The `fetch` of a client whose base URL has a path. */
export const createAcmeFetch = (options: ClientOptions) => defineAcme()(options).fetch

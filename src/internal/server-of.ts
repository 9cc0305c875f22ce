// Of the global registry, as the ESM and the CommonJS copy share clients; and a property, which outlives `{ ...client }`.
const key = Symbol.for('export-jobs.server')

/** What a client carries of its base URL: a function, so that printing the client does not show it. */
export const carryServer = (baseUrl: string): object => ({ [key]: () => baseUrl })

/** @returns the base URL of a client; undefined for one of the user's own making */
export const serverOf = (client: object): string | undefined =>
  (client as { readonly [key]?: () => string })[key]?.()

/** msw as it loaded, or why it did not. The CommonJS build has a `require` in this place: see tsup.config.ts. */
export const loaded: { msw: typeof import('msw') } | { cause: unknown } = await import('msw').then(
  (msw) => ({ msw }),
  (cause: unknown) => ({ cause }),
)

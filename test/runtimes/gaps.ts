/** What a runtime cannot do, or does in its own way: tried all the same, and reported when it has healed. */
export interface Gap {
  readonly runtime: string
  /** Names of cases, all of it. */
  readonly cases: readonly string[]
  /** As it stands in the README. */
  readonly reason: string
}

export const expectedGaps: readonly Gap[] = [
  {
    runtime: 'node-20',
    cases: ['transport: broken-download-closing'],
    reason:
      'a chunked download that breaks off passes for whole where the server announced "Connection: close"',
  },
  {
    runtime: 'workerd',
    cases: ['export-jobs/node: a download to a file'],
    reason:
      'there are no files: use openDownload, and neither export-jobs/node, export-jobs/testing nor the command',
  },
  {
    runtime: 'workerd',
    cases: [
      'transport: a certificate that nobody has signed',
      'transport: such a certificate ends a wait at once',
    ],
    reason:
      'fetch does not tell why a connection failed: an untrusted certificate is `network`, and tolerated for a while',
  },
  {
    runtime: 'workerd',
    cases: ['transport: a header of Latin-1 is sent as it is'],
    reason: 'what is not ASCII in a header or a token is sent as UTF-8',
  },
  {
    runtime: 'workerd',
    cases: ['requests that end leave the others at the same client alone'],
    reason: 'a request that ends takes along what it shares with others: make a client for each request',
  },
]

export function gapOf(runtime: string, name: string): Gap | undefined {
  return expectedGaps.find((gap) => gap.runtime === runtime && gap.cases.includes(name))
}

/** Gaps whose case is not there any more, so that nothing shows whether they have healed. */
export function lostGaps(runtime: string, names: readonly string[]): string[] {
  const known = expectedGaps.flatMap((gap) => (gap.runtime === runtime ? gap.cases : []))
  return known.filter((name) => !names.includes(name))
}

/** An option that a library documents against a fault, but leaves off. */
export interface Protection {
  readonly rivals: readonly string[]
  readonly trials: readonly string[]
  /** As one writes it. */
  readonly text: string
  readonly options: object
}

const eightMiB = 8 * 1024 * 1024

/** Tried beside the defaults, so that nobody is said to be unable to do what an option does. */
export const protections: readonly Protection[] = [
  {
    rivals: ['openai'],
    trials: ['redirect'],
    text: "`fetchOptions: { redirect: 'error' }`",
    options: { fetchOptions: { redirect: 'error' } },
  },
  {
    rivals: ['@octokit/request'],
    trials: ['redirect'],
    text: "`request: { redirect: 'error' }`",
    options: { redirect: 'error' },
  },
  {
    rivals: ['gaxios', 'axios'],
    trials: ['redirect'],
    text: '`maxRedirects: 0`',
    options: { maxRedirects: 0 },
  },
  {
    rivals: ['got'],
    trials: ['redirect'],
    text: '`followRedirect: false`',
    options: { followRedirect: false },
  },
  {
    rivals: ['ky'],
    trials: ['redirect'],
    text: "`redirect: 'error'`",
    options: { redirect: 'error' },
  },
  {
    rivals: ['axios'],
    trials: ['refused'],
    text: "`redact: ['authorization', 'x-api-key']`",
    options: { redact: ['authorization', 'x-api-key'] },
  },
  {
    rivals: ['axios'],
    trials: ['html', 'gzip-cut', 'close-cut'],
    text: "`responseType: 'json', transitional: { silentJSONParsing: false }`",
    options: { responseType: 'json', transitional: { silentJSONParsing: false } },
  },
  {
    rivals: ['gaxios', 'axios'],
    trials: ['bomb', 'huge'],
    text: '`maxContentLength` of 8 MiB',
    options: { maxContentLength: eightMiB },
  },
  {
    rivals: ['ky'],
    trials: ['retry-after-huge', 'retry-after-timer'],
    text: '`retry: { maxRetryAfter: 1_000 }`',
    options: { retry: { maxRetryAfter: 1_000 } },
  },
]

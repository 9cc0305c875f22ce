/** How a token is sent: a scheme of `Authorization`, of which `basic` takes `user:password`, or the headers that carry it. */
export type AuthScheme = 'bearer' | 'basic' | ((token: string) => Readonly<Record<string, string>>)

/** Makes the headers that carry a token; undefined for the default. */
export function toAuth(
  scheme: AuthScheme | undefined,
): ((token: string) => Readonly<Record<string, string>>) | undefined {
  // A token is Latin-1 text, which is what `btoa` takes.
  if (scheme === 'basic') return (token) => ({ authorization: `Basic ${btoa(token)}` })
  return scheme === 'bearer' ? undefined : scheme
}

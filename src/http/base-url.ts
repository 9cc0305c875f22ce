import { assertOption } from '../internal/options.ts'

/**
 * Checks the URL to which a client sends its requests and credentials.
 *
 * @returns the URL without a slash at its end, with the path prefix it came with
 * @throws ConfigurationError `invalid-option`. It does not repeat the URL, which may contain a password.
 */
export function checkBaseUrl(value: string | undefined, allowHttp: boolean, vendor: string): string {
  const need = (condition: boolean, what: string) =>
    assertOption(condition, `The base URL of the ${vendor} client ${what}.`, vendor)
  need(value !== undefined && value !== '', 'is missing: give the address of your installation')
  const url = /[\s\p{Cc}]/u.test(String(value)) ? undefined : parseUrl(String(value))
  need(url !== undefined, 'must be a URL')
  const { protocol, hostname, username, password, origin, pathname } = url as URL
  need(!username && !password, 'must not contain credentials: give them as token')
  need(!/[?#]/.test(String(value)), 'must not have a query or a fragment')
  need(protocol === 'https:' || protocol === 'http:', 'must begin with https://')
  const isSafe = protocol === 'https:' || allowHttp || isLoopback(hostname)
  need(
    isSafe,
    'is plain http, which would show the token to the network: use https, or allow plain http (allowHttp, --allow-http)',
  )
  let path = pathname
  while (path.endsWith('/')) path = path.slice(0, -1)
  return origin + path
}

/** The URL, or undefined if the text is not one. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

/** Whether a host name, as `URL` writes it, is this machine. */
export function isLoopback(host: string): boolean {
  const hostname = withoutDot(host)
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  )
}

/**
 * Whether a path contains `..` or `.` once a gateway has decoded it. Those between plain slashes were resolved when the
 * URL was parsed.
 */
export const climbs = ({ pathname }: URL): boolean =>
  pathname.includes('%') &&
  /(?:^|\/)\.\.?(?:\/|$)/.test(
    pathname
      .replace(/%00/g, '')
      .replace(/%2e/gi, '.')
      .replace(/%(?:2f|5c)/gi, '/'),
  )

/** The query of a URL, without its question mark. Names without a value are left out. */
export function toQuery(query: Readonly<Record<string, unknown>>): string {
  return Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&')
}

/**
 * Whether a host name, as `URL` writes it, is this machine or an address in a private or link-local network. A vendor
 * on the internet has no reason to link there.
 */
export function isPrivate(host: string): boolean {
  const hostname = withoutDot(host)
  if (isLoopback(hostname)) return true
  const [a, b] = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(hostname)?.slice(1).map(Number) ?? []
  if (a !== undefined && b !== undefined) {
    return (
      a === 10 ||
      a === 0 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b < 128)
    )
  }
  // Unique local, link-local, unspecified, and IPv4 addresses written as IPv6.
  return /^\[(?:f[cd]|fe[89ab]|::\]|::ffff:|64:ff9b:)/.test(hostname)
}

// A dot at the end does not change the name.
const withoutDot = (hostname: string): string => (hostname.endsWith('.') ? hostname.slice(0, -1) : hostname)

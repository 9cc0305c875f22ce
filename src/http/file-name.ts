/**
 * The file name that a `Content-Disposition` header proposes, if it is a bare name that can do no harm: no
 * path, no control characters, nothing hidden.
 */
export function readFileName(disposition: string | null): string | undefined {
  const encoded = /filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(disposition ?? '')?.[1]
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(disposition ?? '')
  const name = (encoded && decode(encoded)) ?? plain?.[1] ?? plain?.[2]
  const isSafe =
    name && name.length <= 255 && !name.startsWith('.') && !/[/\\:*?"<>|\p{Cc}\p{Cs}]/u.test(name)
  return isSafe ? name : undefined
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

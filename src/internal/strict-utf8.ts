let decoder: TextDecoder | undefined

/** A decoder that refuses what is no UTF-8. Made when it is first needed: jsdom has none when this file is loaded. */
export function strictUtf8(): TextDecoder {
  decoder ??= new TextDecoder('utf-8', { fatal: true })
  return decoder
}

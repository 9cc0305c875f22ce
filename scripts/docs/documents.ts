import type { DocumentReflection } from 'typedoc'

/** Names a page of the site by its first heading. */
export function nameDocument(document: DocumentReflection): void {
  const [, title] = /^# (.+)$/m.exec(document.content[0]?.text ?? '') ?? []
  if (title) document.name = title
}

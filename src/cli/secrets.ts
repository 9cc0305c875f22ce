import { ConfigurationError } from '../index.ts'

// Read by everybody on the machine (`ps`), and kept in the shell's history. A value may be glued to it.
const secretName = /-(?:api)?(token|key|secret|password|authorization|bearer)/i

/**
 * Refuses credentials on the command line, before anything could repeat them.
 *
 * @throws ConfigurationError `invalid-option`, which repeats nothing but what kind of credential it is.
 */
export function refuseSecrets(words: readonly string[]): void {
  for (const word of words) {
    if (word === '--') return
    const [name = ''] = word.split('=', 1)
    const [, kind] = (name.startsWith('-') && secretName.exec(name)) || []
    if (kind === undefined) continue
    throw new ConfigurationError(
      'invalid-option',
      `No option takes credentials (${kind.toLowerCase()}): other users of this machine can read a command line.`,
      undefined,
      'Set the environment variable <VENDOR>_TOKEN, such as TYK_TOKEN, or <VENDOR>_TOKEN_FILE to a file of mode 600. Your shell may keep what you typed in its history.',
    )
  }
}

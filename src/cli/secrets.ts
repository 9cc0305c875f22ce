import { ConfigurationError } from '../index.ts'

// Read by everybody on the machine (`ps`), and kept in the shell's history.
const secretFlag =
  /^--?(?:\w+-)?(?:(?:merchant-|access-|bearer-|auth-)?token|(?:api-?)?key|(?:client-|api-)?secret|password|authorization)(?:=|$)/i

/**
 * Refuses credentials on the command line, before anything could repeat them.
 *
 * @throws ConfigurationError `invalid-option`, which names the option and not its value.
 */
export function refuseSecrets(words: readonly string[]): void {
  for (const word of words) {
    if (word === '--') return
    if (!secretFlag.test(word)) continue
    const [flag] = word.split('=')
    throw new ConfigurationError(
      'invalid-option',
      `${flag} is not an option: others on this machine can read a command line. Set the environment variable <VENDOR>_TOKEN, such as TYK_TOKEN, or <VENDOR>_TOKEN_FILE to a file of mode 600. What was given here may stand in the history of your shell.`,
    )
  }
}

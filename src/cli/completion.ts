import { RootCommand, ShellCompDirective, script } from '@bomb.sh/tab'
import type { Command, Option } from 'commander'

/** Prints the script that makes a shell call `export-jobs complete` for completions. */
export function printScript(shell: string): void {
  if (shell === 'bash') console.log(bashScript)
  else script(shell, 'export-jobs', 'export-jobs')
}

// The bash script of @bomb.sh/tab evaluates the words, and so runs a `$(...)` of an unfinished line.
const bashScript = `# bash completion for export-jobs
__export_jobs_complete() {
  local word="\${COMP_WORDS[COMP_CWORD]}" offered
  COMPREPLY=()
  while IFS=$'\\t' read -r offered _; do
    if [[ $offered == :* ]]; then
      ((\${offered#:} & 4)) && compopt +o default
    elif [[ $offered == "$word"* ]]; then
      COMPREPLY+=("$offered")
    fi
  done < <(export-jobs complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F __export_jobs_complete export-jobs`

/**
 * Prints the completions, in the format that the scripts read.
 *
 * @param words - the command line so far; the last word is unfinished and may be empty
 */
export function printCompletions(program: Command, words: readonly string[]): void {
  if (isFile(program, words)) {
    console.log(`:${ShellCompDirective.ShellCompDirectiveDefault}`)
    return
  }
  const root = new RootCommand()
  describe(root, program, [])
  root.parse([...words])
}

function describe(root: RootCommand, command: Command, names: readonly string[]): void {
  const target = names.length === 0 ? root : root.command(names.join(' '), command.summary())
  const help = command.createHelp()
  for (const option of help.visibleOptions(command)) {
    const name = option.long?.slice(2) ?? ''
    if (takesValue(option)) target.option(name, option.description, offer(option))
    else target.option(name, option.description)
  }
  for (const argument of command.registeredArguments)
    target.argument(argument.name(), offer(argument), argument.variadic)
  for (const each of help.visibleCommands(command)) describe(root, each, [...names, each.name()])
}

const offer =
  ({ argChoices = [] }: Pick<Option, 'argChoices'>) =>
  (add: (value: string, description: string) => void): void => {
    for (const value of argChoices) add(value, '')
  }

const takesValue = ({ required, optional }: Option): boolean => required || optional

// The shell itself completes file names.
function isFile(program: Command, words: readonly string[]): boolean {
  let command = program
  let operands = 0
  let option: Option | undefined
  for (const word of words.slice(0, -1)) {
    const isValue = option !== undefined && takesValue(option)
    option = isValue ? undefined : command.options.find(({ long, short }) => word === long || word === short)
    if (isValue || word.startsWith('-')) continue
    const next = operands === 0 ? command.commands.find((each) => each.name() === word) : undefined
    if (next) command = next
    else operands++
  }
  if (words.at(-1)?.startsWith('-')) return false
  if (option && takesValue(option)) return /<(?:file|module)>$/.test(option.flags)
  return command.registeredArguments[operands]?.name() === 'to'
}

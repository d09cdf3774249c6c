import type { Command } from 'commander'
import { collect } from '../../words.ts'

/** Which models, as the command line says it. */
export interface SelectOptions {
  readonly select?: readonly string[]
  readonly full?: boolean
}

/** `--select`, in the words of every command about models. */
export function selectOption(command: Command, further = ''): Command {
  const models = 'only these models: a, +a (and what it is made from), a+ (and what hangs on it)'
  return command.option('--select <models>', `${models}${further}`, collect)
}

/** The options of every command that plans or builds models. */
export function selectOptions(command: Command): Command {
  return selectOption(command, ', changed').option('--full', 'make every selected model anew, also what is current')
}

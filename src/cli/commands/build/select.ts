import type { Command } from 'commander'
import { collect } from '../../words.ts'

/** Which models, as the command line says it. */
export interface SelectOptions {
  readonly select?: readonly string[]
  readonly full?: boolean
}

/** The options that every command about models takes. */
export function selectOptions(command: Command): Command {
  return command
    .option(
      '--select <models>',
      'only these models: a, +a (and what it is made from), a+ (and what hangs on it), changed',
      collect,
    )
    .option('--full', 'make every selected model anew, also what is current')
}

import type { Command } from 'commander'
import type { Style } from './output.ts'
import type { Session } from './session.ts'

/** Runs the body of a command: makes its session, prints its failure, keeps its exit status. */
export type Run = (command: Command, body: (session: Session) => Promise<void>, style?: Style) => Promise<void>

/** One command of the command line, in a file of its own that is imported when it is called. */
export interface CommandFile {
  readonly examples: readonly string[]
  /** Adds arguments, options, subcommands and actions to the commander command of that name. */
  define(command: Command, run: Run): void
}

/** What `millrace --help` lists, in that order. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<{ readonly command: CommandFile }>
}

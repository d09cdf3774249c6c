import { Command, CommanderError, Option } from 'commander'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { askServer } from './beside/ask.ts'
import type { Run } from './command.ts'
import { commands } from './commands.ts'
import { Output, type OutputStream, type Style } from './output.ts'
import { type GlobalOptions, inSession, type Surroundings } from './session.ts'

/** Runs one command line; resolves to its exit status: 0 good, 1 failed, 2 wrong use. */
export async function runProgram(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let status = 0
  const run: Run = async (command, body, style) => {
    const options = command.optsWithGlobals<GlobalOptions>()
    const [, name = ''] = pathOf(command)
    if (surroundings.beside && !carried.has(name)) throw new MillraceError('COMMAND_NOT_CARRIED', { command: name })
    if (!surroundings.beside && carried.has(name)) {
      const answered = await askServer(args, options, surroundings)
      if (answered !== undefined) {
        status = answered
        return
      }
    }
    status = await inSession(surroundings, options, options.json ? 'data' : style, body, runProgram)
  }
  const asked = args.filter((arg) => !arg.startsWith('-'))
  const { stdout, stderr } = surroundings
  const program = await buildProgram(run, stdout, (name) => asked.includes(name))
  try {
    await program.parseAsync(args, { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    const output = new Output({ stdout, stderr, ...(args.includes('--json') && { style: 'data' as Style }) })
    return output.error(error instanceof CommanderError ? usageError(error, program, asked) : error)
  }
}

/** Commands that a running server of the project carries out. */
const carried = new Set(['plan', 'run', 'load', 'build', 'check', 'query', 'table', 'rejects', 'ledger'])

/** `millrace`, `table`, `ls`. */
function pathOf(command: Command): readonly string[] {
  return command.parent ? [...pathOf(command.parent), command.name()] : [command.name()]
}

/** The whole command line; only the files of commands that `wanted` names are imported, the others are a summary. */
export async function buildProgram(
  run: Run,
  stdout: OutputStream,
  wanted: (name: string) => boolean,
): Promise<Command> {
  const program = new Command('millrace')
    .description('Files and live events in, open Delta tables, one SQL.')
    .usage('<command> [options]')
    .addOption(new Option('--project <dir>', 'the project’s folder (default: the nearest upward)'))
    .addOption(new Option('--profile <name>', 'its profile (default: MILLRACE_PROFILE, or local)'))
    .option('--json', 'NDJSON on stdout and errors as JSON, also on a terminal')
    .helpOption('-h, --help', 'what it does, its options and examples')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(stdout.columns ?? 100, 100) })
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: () => undefined })
    .exitOverride()
  for (const { name, summary, load } of commands) {
    const command = program.command(name).description(summary)
    if (!wanted(name)) continue
    const file = (await load()).command
    file.define(command, run)
    addExamples(command, file.examples)
    for (const own of command.commands) {
      const its = file.examples.filter((example) => example.startsWith(`millrace ${name} ${own.name()}`))
      addExamples(own, its)
    }
  }
  program.addHelpText(
    'after',
    `\nStart here:
  $ millrace init shop --from orders.csv      a project from a file of yours
  $ millrace load                             its new files into its tables
  $ millrace query "SELECT count(*) FROM orders"
\`millrace <command> --help\` shows what a command takes, with examples.`,
  )
  return program
}

function addExamples(command: Command, examples: readonly string[]): void {
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)
}

/** What commander says of a value that a reader of `words.ts` refused. */
const invalidValue = [
  /^option '(?<of>\S+).*' argument '(?<value>.*)' is invalid\. (?<hint>.+)$/s,
  /value '(?<value>.*)' is invalid for argument '(?<of>.+)'\. (?<hint>.+)$/s,
] as const

/** What commander says, in Millrace's words. `words`: what was typed, without options. */
function usageError(error: CommanderError, program: Command, words: readonly string[]): MillraceError {
  const path = commandPath(program, words)
  const help = `run \`${[...path.map((command) => command.name()), '--help'].join(' ')}\``
  const last = path.at(-1) ?? program
  const names = last.commands.map((command) => command.name())
  if (error.code === 'commander.help')
    return new MillraceError('USAGE', { reason: `what of ${names.join(', ')}?`, hint: help })
  const [reason = '', proposal = ''] = error.message.replace(/^error: /, '').split('\n')
  if (error.code === 'commander.unknownCommand') {
    const typed = /'(.+?)'/.exec(reason)?.[1] ?? ''
    return new MillraceError('USAGE', { reason: `there is no command \`${typed}\``, hint: suggest(typed, names) })
  }
  const invalid = invalidValue.map((pattern) => pattern.exec(reason)?.groups).find((groups) => groups !== undefined)
  if (invalid)
    return new MillraceError('USAGE', {
      reason: `\`${invalid['value']}\` is no value for ${invalid['of']}`,
      hint: invalid['hint'] ?? help,
    })
  const meant = /Did you mean (.+)\?/.exec(proposal)?.[1]
  return new MillraceError('USAGE', { reason, hint: meant ? `did you mean \`${meant}\`? Or ${help}` : help })
}

/** The commands that the words name, from the program down. */
function commandPath(program: Command, words: readonly string[]): readonly Command[] {
  const path = [program]
  for (const word of words) {
    const next = path.at(-1)?.commands.find((command) => command.name() === word)
    if (next) path.push(next)
  }
  return path
}

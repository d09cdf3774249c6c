import { PassThrough } from 'node:stream'
import type { Argument, Command, Option } from 'commander'
import { commands } from '../../src/cli/commands.ts'
import { buildProgram } from '../../src/cli/program.ts'
import { code, type Page, page, table } from './page.ts'

/** Every command with its arguments, options and examples, from the command line's own definition. */
export async function commandsPage(): Promise<Page> {
  const program = await buildProgram(
    async () => undefined,
    new PassThrough(),
    () => true,
  )
  const blocks: string[] = []
  for (const { name, load } of commands) {
    const command = program.commands.find((own) => own.name() === name) as Command
    blocks.push(...describe(command, 'millrace', 2))
    blocks.push(code((await load()).command.examples.join('\n'), 'sh'))
  }
  return page('commands.md', 'Commands', [
    'The project is the nearest folder upward with a `millrace.config.ts`, or `--project DIR`. A table on a terminal, NDJSON when piped or with `--json`; progress and notes go to stderr. Exit status: 0 good, 1 failed, 2 wrong use. Ctrl-C stops at the next safe point and leaves the data as it was before; a second Ctrl-C ends at once.',
    'Every command also takes:',
    optionTable(program.options),
    ...blocks,
  ])
}

function describe(command: Command, parent: string, level: number): string[] {
  const name = `${parent} ${command.name()}`
  const blocks = [`${'#'.repeat(level)} \`${name}\``, sentence(command.description())]
  if (command.commands.length === 0) blocks.push(code(`${name} ${command.usage()}`.trim(), 'sh'))
  if (command.registeredArguments.length > 0)
    blocks.push(
      table(
        ['argument', ''],
        command.registeredArguments.map((argument) => [`\`${argument.name()}\``, argumentText(argument)]),
      ),
    )
  if (command.options.length > 0) blocks.push(optionTable(command.options))
  return [...blocks, ...command.commands.flatMap((own) => describe(own, name, level + 1))]
}

function optionTable(options: readonly Option[]): string {
  return table(
    ['option', ''],
    options.map((option) => [`\`${option.flags}\``, withDefault(option.description, option.defaultValue)]),
  )
}

function argumentText({ description, defaultValue }: Argument): string {
  return withDefault(description, defaultValue)
}

function withDefault(text: string, value: unknown): string {
  const known = value === undefined || value === false || (Array.isArray(value) && value.length === 0)
  return known ? text : `${text} (default: \`${String(value)}\`)`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}

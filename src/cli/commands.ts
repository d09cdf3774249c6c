import type { CommandEntry } from './command.ts'

/** Every command, in the order of `millrace --help`; a command's file is imported when it is called. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'make a new project, empty, from an example or from files of yours',
    load: () => import('./commands/init.ts'),
  },
]

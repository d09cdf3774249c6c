import type { CommandEntry } from './command.ts'

/** Every command, in the order of `millrace --help`; a command's file is imported when it is called. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'a shop with a week of events, loaded and asked',
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'init',
    summary: 'a new project: blank, an example, or from files of yours',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'start',
    summary: 'the server: events in by HTTP, queries out',
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'plan',
    summary: 'what a run would do: contracts that changed, files to load, models to build',
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'run',
    summary: 'carry out the plan: bring tables to their contracts, load, build',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'load',
    summary: 'new files of the sources into their tables, or these files',
    load: () => import('./commands/load.ts'),
  },
  {
    name: 'build',
    summary: 'models into their tables: what is stale of them, or all',
    load: () => import('./commands/build.ts'),
  },
  {
    name: 'check',
    summary: 'whether stored tables are what their models expect',
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'test',
    summary: 'whether models give the rows that their tests expect',
    load: () => import('./commands/test.ts'),
  },
  {
    name: 'query',
    summary: 'one SELECT over the tables, now or as of a time or version',
    load: () => import('./commands/query.ts'),
  },
  {
    name: 'table',
    summary: 'the tables of the lake: look at them, tend them, restore',
    load: () => import('./commands/table.ts'),
  },
  {
    name: 'sample',
    summary: 'a part of a file, with the same share of every value',
    load: () => import('./commands/sample.ts'),
  },
  {
    name: 'stream',
    summary: 'the streams: what was sent to them, and what came last',
    load: () => import('./commands/stream.ts'),
  },
  {
    name: 'replay',
    summary: 'the rows of a file as events to a running server',
    load: () => import('./commands/replay.ts'),
  },
  {
    name: 'rejects',
    summary: 'what broke a contract, kept whole with its line and reason',
    load: () => import('./commands/rejects.ts'),
  },
  {
    name: 'ledger',
    summary: 'whether every line of every file is accounted for',
    load: () => import('./commands/ledger.ts'),
  },
  {
    name: 'doctor',
    summary: 'what is wrong here, and how to mend it',
    load: () => import('./commands/doctor.ts'),
  },
]

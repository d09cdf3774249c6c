import { z } from 'zod'
import { fault } from './fault.ts'

const count = z.number().int().nonnegative()

export const runModel = z.strictObject({
  model: z.string(),
  outcome: z
    .enum(['waiting', 'running', 'built', 'current', 'passed', 'failed', 'blocked', 'skipped', 'cancelled', 'lost'])
    .describe(
      '`passed`: all its tests; `blocked`: a check has kept the new rows out; `skipped`: one that it is made from could not be built; `lost`: the process of its run ended before it told, and its builds say what was committed',
    ),
  action: z.string().nullable().describe('what is done to its table: create, rebuild, 3 intervals, …'),
  share: z.number().min(0).max(1).nullable().describe('how much of it is done, while it runs'),
  version: count.nullable().describe('that its table has got'),
  rows_added: count.nullable(),
  rows_removed: count.nullable(),
  elapsed_ms: count.nullable(),
  error: fault.nullable(),
})

export type RunModel = Readonly<z.infer<typeof runModel>>

/** Work on the project that somebody began: what became of it. */
export const runView = z.strictObject({
  id: z.string(),
  kind: z.enum(['build', 'check', 'load', 'run', 'test']),
  subject: z.string().describe('of what, in words'),
  by: z
    .string()
    .describe('who began it: an admin’s token, somebody on this machine, a command line, the server itself'),
  started_at: z.string(),
  ended_at: z.string().nullable(),
  outcome: z
    .enum(['running', 'done', 'failed', 'cancelled', 'lost'])
    .describe('`lost`: its process ended before it did; what was committed by then is there'),
  doing: z.string().nullable().describe('what is under way, while it runs'),
  summary: z.string().nullable().describe('what it has done, in words'),
  error: fault.nullable().describe('why it ended before its time; what kept single models is said beside them'),
  models: z.array(runModel),
  cancellable: z
    .boolean()
    .describe('whether `DELETE` ends it: it is under way in the server’s process, whoever began it'),
})

export type RunView = Readonly<z.infer<typeof runView>>

export const runsAnswer = z.strictObject({
  runs: z.array(runView).describe('the newest first'),
  next: z.string().nullable().describe('give it as `after` for the next page; null: there are no more'),
})

export type RunsAnswer = Readonly<z.infer<typeof runsAnswer>>

export const runsParameters = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  after: z.string().max(100).optional().describe('`next` of the page before'),
})

export const buildRequest = z.strictObject({
  upstream: z.boolean().default(false).describe('also what it is made from'),
  downstream: z.boolean().default(false).describe('also what hangs on it'),
  full: z.boolean().default(false).describe('everything anew, stale or not'),
})

const words = z.array(z.string().min(1).max(200)).max(1000).default([])

export const buildsRequest = z.strictObject({
  select: words.describe('as `--select` has it: `revenue`, `+revenue`, `revenue+`, `changed`; all models without it'),
  full: z.boolean().default(false).describe('everything anew, stale or not'),
})

export const testsRequest = z.strictObject({
  select: words.describe('as `--select` has it: `revenue`, `+revenue`, `revenue+`; all models without it'),
})

export const buildParameters = z.strictObject({
  wait: z.literal('done').optional().describe('answers when the run has ended, with what became of each model'),
})

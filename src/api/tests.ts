import { z } from 'zod'
import { fault } from './fault.ts'

const count = z.number().int().nonnegative()

const row = z.strictObject({
  what: z
    .enum(['missing', 'extra', 'expected', 'got'])
    .describe('`missing`: expected, and not given; `extra`: given, and not expected; else two that follow each other'),
  line: count.nullable().describe('where the test expects it'),
  values: z
    .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .describe('as text where JSON has none such'),
  differs: z.array(count).describe('of `expected` and `got`: the places of the values that are others'),
})

export type TestRow = Readonly<z.infer<typeof row>>

export const testResult = z.strictObject({
  at: z.string(),
  outcome: z.enum(['passed', 'failed', 'error']).describe('`error`: the model failed over the rows of the test'),
  elapsed_ms: count,
  differences: count.describe('rows that are missing, too many, or others'),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })).describe('those that were compared'),
  rows: z.array(row).describe('where they differ'),
  rows_left_out: count,
  error: fault.nullable(),
})

export type TestResult = Readonly<z.infer<typeof testResult>>

export const testView = z.strictObject({
  model: z.string(),
  name: z.string(),
  file: z.string(),
  waiting: z.boolean().describe('a run of tests is under way here that comes to it yet'),
  last: testResult
    .extend({ changed: z.boolean().describe('the test, the model, or one that this is made from is another since') })
    .nullable()
    .describe('when it was last run; null: never'),
})

export type TestView = Readonly<z.infer<typeof testView>>

export const testsAnswer = z.strictObject({ tests: z.array(testView) })

export type TestsAnswer = Readonly<z.infer<typeof testsAnswer>>

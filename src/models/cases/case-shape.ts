import { z } from 'zod'

const rows = z.array(z.record(z.string(), z.unknown()))

/** A test as YAML gives it. */
export const caseShape = z.strictObject({
  description: z.string().optional(),
  now: z.string().optional(),
  given: z.record(z.string(), rows.nullable()).nullable().optional(),
  partial: z.boolean().optional(),
  expect: rows,
})

/** What each key takes: for errors. */
export const caseNotes: Readonly<Record<keyof typeof caseShape.shape, string>> = {
  description: 'a text',
  now: 'a time: 2026-01-05T12:00:00Z',
  given: 'inputs with their rows: { events: [{ user_id: 1 }] }',
  partial: 'true or false',
  expect: 'a list of rows: [{ day: 2026-01-05, revenue: 9.90 }]',
}

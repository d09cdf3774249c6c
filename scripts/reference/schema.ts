import { z } from 'zod'
import type { Page } from './page.ts'

/** What a shape takes, as a file of JSON Schema that says of each key what it is. */
export function schemaPage(
  file: string,
  title: string,
  shape: z.ZodType,
  says: Readonly<Record<string, string>>,
): Page {
  const { $schema, ...schema } = z.toJSONSchema(shape, { io: 'input' })
  const properties = Object.entries(schema.properties ?? {}).map(([key, own]) => [
    key,
    { description: says[key], ...(own as object) },
  ])
  const whole = { $schema, title, ...schema, properties: Object.fromEntries(properties) }
  return { file, text: `${JSON.stringify(whole, null, 2)}\n` }
}

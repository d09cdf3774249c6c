import { z } from 'zod'
import { problem } from '../api/problem.ts'
import type { Route } from './route.ts'

/** The routes as OpenAPI 3.1 describes them. */
export function openApi(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Millrace', version },
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  }
}

function operationOf({
  path,
  summary,
  need,
  parameters: asked,
  takes,
  gives,
  type = 'application/json',
  statuses = {},
}: Route): Record<string, unknown> {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(asked?.shape ?? {}).map(([name, shape]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemaOf(shape as z.ZodType, 'input'),
  }))
  const parameters = [...inPath, ...inQuery]
  const answer = { content: { [type.split(';')[0] as string]: { schema: schemaOf(gives, 'output') } } }
  const others = Object.entries(statuses).map(([status, description]) => [status, { description, ...answer }])
  return {
    summary,
    ...(need !== 'nothing' && { security: [{ token: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(takes && {
      requestBody: { required: true, content: { [takes.type]: { schema: schemaOf(takes.shape, 'input') } } },
    }),
    responses: {
      200: { description: summary, ...answer },
      ...Object.fromEntries(others),
      default: { description: 'refused', content: { 'application/json': { schema: schemaOf(problem, 'output') } } },
    },
  }
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' })
  return schema
}

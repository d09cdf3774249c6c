import { z } from 'zod'
import { problem } from '../../src/api/problem.ts'
import { Gate } from '../../src/server/access.ts'
import { ChangeFeed } from '../../src/server/change-feed.ts'
import { lateDoors } from '../../src/server/late-doors.ts'
import { Metrics } from '../../src/server/metrics.ts'
import { RateLimit } from '../../src/server/rate-limit.ts'
import type { Route } from '../../src/server/route.ts'
import { routesOf } from '../../src/server/routes.ts'
import { code, type Page, page, table } from './page.ts'

/** What the server answers, from its routes; `/openapi.json` tells programs the same. */
export function httpPage(): Page {
  const routes = allRoutes()
  return page('http.md', 'HTTP', [
    'Every route of `millrace start`. Programs read the same at `/openapi.json`. A token is sent as `Authorization: Bearer TOKEN`; which there are is said under `server` of [the project file](config.md). Without any the server answers its own machine alone.',
    'Bodies may be gzip. What is refused is answered with a status of 400 or more and',
    code(shapeText(problem), 'ts'),
    'whose codes are those of [errors](errors.md). 429, 503 and a 409 that passes by itself (`RUN_BUSY`) say in `Retry-After` when to come again; after a 5xx, or no answer, the same may be sent again with the same ids.',
    table(
      ['route', 'does', 'token'],
      routes.map((route) => [`\`${route.method} ${route.path}\``, route.summary, needText(route)]),
    ),
    // short forms of a route are as the route
    ...routes.filter(({ summary }, at) => routes.findIndex((each) => each.summary === summary) === at).flatMap(section),
  ])
}

/** Also those that are there for tracking sources alone. */
function allRoutes(): readonly Route[] {
  const { doors } = lateDoors({ project: 'shop', timezone: 'UTC', tracking: [{ kind: 'tracking', into: 'tracks' }] })
  const context = { now: () => 0, emit: () => undefined, signal: new AbortController().signal }
  const feed = new ChangeFeed(doors, context)
  feed.close()
  const gate = new Gate({ admin: [], write: [], read: [] }, context.now)
  return routesOf({ doors, gate, feed, metrics: new Metrics(), rates: new RateLimit(context.now) })
}

function needText({ need, fromPages }: Route): string {
  if (typeof need === 'function') return 'a write key of the stream, or the admin’s'
  if (need === 'nothing') return fromPages ? 'the key of a tracking source' : 'none'
  return need === 'read' ? 'a read token, or the admin’s' : 'the admin’s'
}

function section({ method, path, parameters, takes, gives, type, statuses = {} }: Route): string[] {
  const asked = Object.entries(parameters?.shape ?? {}).map(([name, shape]) => {
    const { description = '', ...schema } = schemaOf(shape as z.ZodType)
    return [`\`?${name}\``, `\`${typeText(schema, '')}\``, description]
  })
  return [
    `## \`${method} ${path}\``,
    ...(asked.length > 0 ? [table(['parameter', 'takes', ''], asked)] : []),
    ...(takes ? ['takes', code(shapeText(takes.shape), 'ts')] : []),
    type === undefined ? 'gives' : `gives, as \`${type.split(';')[0]}\``,
    code(shapeText(gives), 'ts'),
    ...Object.entries(statuses).map(([status, means]) => `${status}: ${means}`),
  ]
}

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly required?: readonly string[]
}

function schemaOf(shape: z.ZodType): Schema {
  return z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Schema
}

function shapeText(shape: z.ZodType): string {
  return typeText(schemaOf(shape), '')
}

/** A JSON Schema as TypeScript writes it, with what is said of each property. */
function typeText(schema: Schema, indent: string): string {
  const { type, properties, additionalProperties: others, items, anyOf, required = [] } = schema
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((each) => `'${String(each)}'`).join(' | ')
  if (anyOf) return [...new Set(anyOf.map((each) => typeText(each, indent)))].join(' | ')
  if (type === 'array') return `${wrapped(typeText(items ?? {}, indent))}[]`
  if (properties && Object.keys(properties).length > 0) {
    const deeper = `${indent}  `
    const lines = Object.entries(properties).map(([name, own]) => {
      const said = own.description === undefined ? '' : ` // ${own.description}`
      return `${deeper}${name}${required.includes(name) ? '' : '?'}: ${typeText(own, deeper)}${said}`
    })
    return `{\n${lines.join('\n')}\n${indent}}`
  }
  if (type === 'object')
    return typeof others === 'object' && Object.keys(others).length > 0
      ? `{ [name]: ${typeText(others, indent)} }`
      : 'object'
  return type === 'integer' ? 'number' : (type ?? 'unknown')
}

function wrapped(text: string): string {
  return text.includes(' | ') && !text.startsWith('{') ? `(${text})` : text
}

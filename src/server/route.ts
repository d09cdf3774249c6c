import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { parseExact } from '../core/json.ts'
import type { Grant, Need } from './access.ts'

/** A request that has come to its route. */
export interface Asked {
  readonly method: string
  readonly grant: Grant
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly header: (name: string) => string | undefined
  /** What was sent, unpacked. */
  readonly body: Buffer
  /** Its signal is aborted when the client has gone. */
  readonly context: Context
}

export type Answered =
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>> /** Bytes are of UTF-8. */
      readonly text: string | Uint8Array
    }
  /** What goes on until it ends, or the client does. */
  | { readonly stream: Readable }

/** One route: what is called, and what OpenAPI says of it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As Fastify has it: `/v1/streams/:name`. */
  readonly path: string
  readonly summary: string
  /** It is answered also while the server is about to start. */
  readonly always?: boolean
  readonly need: Need | ((params: Readonly<Record<string, string>>) => Need)
  /** Asked so often that a line of the log a request, where it went well, is for debugging alone; metrics count them. */
  readonly often?: boolean
  /** Pages of the origins of write keys may call it; or of those that this says, of the host that was asked. */
  readonly fromPages?: boolean | ((origin: string, host: string | undefined) => boolean)
  /** The parameters that may follow a `?`; another is REQUEST_INVALID. */
  readonly parameters?: Parameters
  readonly takes?: { readonly type: string; readonly shape: z.ZodType }
  readonly gives: z.ZodType
  /** Of the answer; JSON where nothing is said. */
  readonly type?: string
  readonly statuses?: Readonly<Record<number, string>>
  handle(asked: Asked): Promise<Answered>
}

/** The body of a request as JSON of a shape. REQUEST_INVALID. */
export function bodyOf<Shape extends z.ZodType>(shape: Shape, body: Buffer): z.output<Shape> {
  let given: unknown
  try {
    given = parseExact(body.toString('utf8'))
  } catch (error) {
    throw new MillraceError('REQUEST_INVALID', { reason: `the body is not JSON: ${(error as Error).message}` }, error)
  }
  const parsed = shape.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') || 'the body'
  throw new MillraceError('REQUEST_INVALID', { reason: `${place}: ${issue?.message}` })
}

/** A `z.strictObject`, made once: to make one takes longer than most requests. */
export type Parameters = z.ZodObject

/** The parameters of a request. REQUEST_INVALID for one that there is not, or that is not as it should be. */
export function parametersOf<Shape extends Parameters>(shape: Shape, { query }: Pick<Asked, 'query'>): z.infer<Shape> {
  const parsed = shape.safeParse(query)
  if (parsed.success) return parsed.data as z.infer<Shape>
  const [issue] = parsed.error.issues
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(shape.shape)
    const has = known.length > 0 ? `it has ${known.join(', ')}` : 'it has none'
    const reason = `there is no parameter \`${issue.keys[0]?.slice(0, 40)}\`; ${has}`
    throw new MillraceError('REQUEST_INVALID', { reason })
  }
  throw new MillraceError('REQUEST_INVALID', { reason: `parameter ${issue?.path.join('.')}: ${issue?.message}` })
}

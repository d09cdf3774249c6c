import type { z } from 'zod'
import type { Context } from '../core/context.ts'
import type { Grant, Need } from './access.ts'

/** A request that has come to its route. */
export interface Asked {
  readonly grant: Grant
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly header: (name: string) => string | undefined
  /** What was sent, unpacked. */
  readonly body: Buffer
  /** Its signal is aborted when the client has gone. */
  readonly context: Context
}

export interface Answered {
  readonly status?: number
  /** JSON. */
  readonly text: string
}

/** One route: what is called, and what OpenAPI says of it. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** As Fastify has it: `/v1/streams/:name`. */
  readonly path: string
  readonly summary: string
  readonly need: Need | ((params: Readonly<Record<string, string>>) => Need)
  /** Pages of the origins of write keys may call it. */
  readonly fromPages?: boolean
  readonly takes?: { readonly type: string; readonly shape: z.ZodType }
  readonly gives: z.ZodType
  readonly statuses?: Readonly<Record<number, string>>
  handle(asked: Asked): Promise<Answered>
}

import { z } from 'zod'
import { ingestAnswer } from '../../api/ingest.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Doors } from '../doors.ts'
import type { Asked, Route } from '../route.ts'

export function streamRoutes(doors: Doors): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/streams/:name',
      summary: 'Every event of the body is durable, as stored or as a reject',
      need: ({ name = '' }) => ({ write: name }),
      fromPages: true,
      takes: {
        type: 'application/json',
        shape: z.union([z.looseObject({}), z.array(z.looseObject({}))]).describe('one event or several; or NDJSON'),
      },
      gives: ingestAnswer,
      statuses: { 207: 'durable, and some events are rejects' },
      async handle(asked) {
        const answer = await doors.ingest(asked.params['name'] ?? '', asked.body, optionsOf(asked), asked.context)
        return { status: answer.rejected.length > 0 ? 207 : 200, text: JSON.stringify(answer) }
      },
    },
  ]
}

function optionsOf({ header, query }: Asked) {
  const [unknown] = Object.keys(query)
  if (unknown !== undefined)
    throw new MillraceError('REQUEST_INVALID', { reason: `there is no parameter \`${unknown.slice(0, 40)}\`` })
  const key = header('idempotency-key')
  if (key !== undefined && !/^[\x20-\x7e]{1,200}$/.test(key))
    throw new MillraceError('REQUEST_INVALID', { reason: 'Idempotency-Key is 1 to 200 printable characters' })
  return {
    lines: /^application\/(?:x-)?(?:ndjson|jsonl)\b/i.test(header('content-type') ?? ''),
    ...(key !== undefined && { idempotencyKey: key }),
  }
}

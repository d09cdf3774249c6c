import { z } from 'zod'
import { ingestAnswer } from '../../api/ingest.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Doors } from '../doors.ts'
import { type Asked, parametersOf, type Route } from '../route.ts'

const parameters = z.strictObject({
  wait: z.literal('visible').optional().describe('answers after the rules have run, with their rejects'),
})

export function streamRoutes(doors: Doors): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/streams/:name',
      summary: 'Every event of the body is durable, as stored or as a reject',
      need: ({ name = '' }) => ({ write: name }),
      fromPages: true,
      often: true,
      parameters,
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

function optionsOf(asked: Asked) {
  const { header } = asked
  const { wait } = parametersOf(parameters, asked)
  const key = header('idempotency-key')
  if (key !== undefined && !/^[\x20-\x7e]{1,200}$/.test(key))
    throw new MillraceError('REQUEST_INVALID', { reason: 'Idempotency-Key is 1 to 200 printable characters' })
  return {
    lines: /^application\/(?:x-)?(?:ndjson|jsonl)\b/i.test(header('content-type') ?? ''),
    ...(key !== undefined && { idempotencyKey: key }),
    ...(wait === 'visible' && { visible: true }),
  }
}

import { mendAnswer, mendRequest } from '../../api/mend.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Doors } from '../doors.ts'
import type { Route } from '../route.ts'

export function rejectRoutes(doors: Doors): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/rejects/:stream',
      summary: 'Open rejects of a stream are fixed, judged again or discarded',
      need: 'admin',
      takes: { type: 'application/json', shape: mendRequest },
      gives: mendAnswer,
      async handle({ params, body, context }) {
        const given = mendRequest.safeParse(parsed(body))
        if (!given.success)
          throw new MillraceError('REQUEST_INVALID', { reason: given.error.issues[0]?.message ?? '' }, given.error)
        return { text: JSON.stringify(await doors.mend(params['stream'] ?? '', given.data, context)) }
      },
    },
  ]
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch (error) {
    throw new MillraceError('REQUEST_INVALID', { reason: (error as Error).message }, error)
  }
}

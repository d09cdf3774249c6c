import { z } from 'zod'
import { advanced, alive, rates } from '../../api/changes.ts'
import { tablesOf } from '../access.ts'
import type { ChangeFeed } from '../change-feed.ts'
import type { Route } from '../route.ts'

export function changesRoutes(feed: ChangeFeed): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/changes',
      summary:
        'How far tables and streams are, as server-sent events `advanced` and `rates`, and `alive` every four seconds',
      need: 'read',
      type: 'text/event-stream; charset=utf-8',
      gives: z.union([advanced, rates, alive]),
      async handle({ grant }) {
        return { stream: await feed.listen(tablesOf(grant)) }
      },
    },
  ]
}

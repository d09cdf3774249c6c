import { z } from 'zod'
import { advanced, alive, rates, runsTold } from '../../api/changes.ts'
import { mayChange, tablesOf } from '../access.ts'
import type { ChangeFeed } from '../change-feed.ts'
import type { Doors } from '../doors.ts'
import type { Route } from '../route.ts'

export function changesRoutes(doors: Pick<Doors, 'dashboards'>, feed: ChangeFeed): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/changes',
      summary:
        'How far tables and streams are, and which models cannot be built, as server-sent events `advanced` and `rates`, for admins `runs`; `alive` every four seconds',
      need: 'read',
      type: 'text/event-stream; charset=utf-8',
      gives: z.union([advanced, rates, runsTold, alive]),
      async handle({ grant, context }) {
        // a dashboard moves with what is behind it
        const behind = await doors.dashboards.sources(grant, context)
        const own = tablesOf(grant)
        const allowed = own === 'all' || behind === 'all' ? 'all' : [...new Set([...own, ...behind])]
        // a run names models, and says of their rows what it has found
        return { stream: await feed.listen({ allowed, runs: mayChange(grant) }) }
      },
    },
  ]
}

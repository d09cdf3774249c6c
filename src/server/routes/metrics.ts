import { z } from 'zod'
import { MillraceError } from '../../core/errors.ts'
import { tablesOf } from '../access.ts'
import type { Doors } from '../doors.ts'
import type { Metrics } from '../metrics.ts'
import type { Route } from '../route.ts'

export function metricsRoutes(doors: Pick<Doors, 'views'>, metrics: Metrics): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/metrics',
      summary: 'What Prometheus scrapes; for admins, and tokens that read all tables',
      need: 'tables',
      type: 'text/plain; version=0.0.4; charset=utf-8',
      gives: z.string(),
      async handle({ grant }) {
        if (tablesOf(grant) !== 'all') throw new MillraceError('TOKEN_REFUSED', { what: 'all streams' })
        return { text: metrics.text(doors.views.streams('all')) }
      },
    },
  ]
}

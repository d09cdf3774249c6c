import type { Gate } from './access.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { DemoDoor } from './demo-door.ts'
import type { Doors } from './doors.ts'
import type { Metrics } from './metrics.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Route } from './route.ts'
import { changesRoutes } from './routes/changes.ts'
import { dashboardRoutes } from './routes/dashboards.ts'
import { demoRoutes } from './routes/demo.ts'
import { healthRoutes } from './routes/health.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { lookupRoutes } from './routes/lookup.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { queryRoutes } from './routes/query.ts'
import { rejectRoutes } from './routes/rejects.ts'
import { runRoutes } from './routes/runs.ts'
import { segmentRoutes } from './routes/segment.ts'
import { sessionRoutes } from './routes/session.ts'
import { streamRoutes } from './routes/streams.ts'
import { uploadRoutes } from './routes/uploads.ts'
import { viewRoutes } from './routes/views.ts'

export interface RouteSite {
  readonly doors: Doors
  readonly gate: Gate
  readonly feed: ChangeFeed
  readonly metrics: Metrics
  readonly rates: RateLimit
  /** Of a demo. */
  readonly demo?: DemoDoor | undefined
}

/** All that the server answers, but for the description of it. */
export function routesOf({ doors, gate, feed, metrics, rates, demo }: RouteSite): readonly Route[] {
  return [
    ...streamRoutes(doors),
    ...queryRoutes(doors),
    ...lookupRoutes(doors),
    ...segmentRoutes(doors, gate, rates),
    ...ledgerRoutes(doors),
    ...rejectRoutes(doors),
    ...viewRoutes(doors),
    ...runRoutes(doors),
    ...dashboardRoutes(doors),
    ...uploadRoutes(doors),
    ...sessionRoutes(doors, gate, demo !== undefined),
    ...changesRoutes(doors, feed),
    ...metricsRoutes(doors, metrics),
    ...healthRoutes(doors),
    ...(demo ? demoRoutes(demo) : []),
  ]
}

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { isIn } from '../../data/session.ts'
import { streamsQuery } from '../../data/streams.ts'
import { rootRoute } from '../../root.ts'
import { type StreamSearch, streamSearch } from './search.ts'

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/streams',
  loader: ({ context: { queries } }) => void (isIn(queries) && queries.prefetchQuery(streamsQuery)),
  component: lazyRouteComponent(() => import('./list.tsx'), 'StreamList'),
})

const streamRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/streams/$name',
  validateSearch: (given): StreamSearch => streamSearch(given),
  loader: ({ context: { queries } }) => void (isIn(queries) && queries.prefetchQuery(streamsQuery)),
  component: lazyRouteComponent(() => import('./stream.tsx'), 'Stream'),
})

export const streamRoutes = [listRoute, streamRoute] as const

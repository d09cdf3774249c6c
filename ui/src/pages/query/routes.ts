import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { isIn } from '../../data/session.ts'
import { tablesQuery } from '../../data/tables.ts'
import { rootRoute } from '../../root.ts'
import { type QuerySearch, querySearch } from './search.ts'

export const queryRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/query',
    validateSearch: (given): QuerySearch => querySearch(given),
    loader: ({ context: { queries } }) => void (isIn(queries) && queries.prefetchQuery(tablesQuery)),
    component: lazyRouteComponent(() => import('./query.tsx'), 'Query'),
  }),
] as const

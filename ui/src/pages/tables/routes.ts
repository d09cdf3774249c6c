import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { isIn } from '../../data/session.ts'
import { tablesQuery } from '../../data/tables.ts'
import { rootRoute } from '../../root.ts'

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tables',
  loader: ({ context: { queries } }) => void (isIn(queries) && queries.prefetchQuery(tablesQuery)),
  component: lazyRouteComponent(() => import('./list.tsx'), 'TableList'),
})

export const tableRoutes = [listRoute] as const

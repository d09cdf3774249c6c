import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tablesQuery } from '../../data/tables.ts'
import { rootRoute } from '../../root.ts'

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tables',
  loader: ({ context }) => void context.queries.prefetchQuery(tablesQuery),
  component: lazyRouteComponent(() => import('./list.tsx'), 'TableList'),
})

export const tableRoutes = [listRoute] as const

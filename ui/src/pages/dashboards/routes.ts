import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { dashboardQuery, dashboardsQuery } from '../../data/dashboards.ts'
import { isIn } from '../../data/session.ts'
import { rootRoute } from '../../root.ts'
import { type FilterSearch, filterSearch } from './search.ts'

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dashboards',
  loader: ({ context: { queries } }) => void (isIn(queries) && queries.prefetchQuery(dashboardsQuery)),
  component: lazyRouteComponent(() => import('./list.tsx'), 'DashboardList'),
})

/** Without a tab: its first. */
const firstTabRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dashboards/$name',
  validateSearch: (given): FilterSearch => filterSearch(given),
  component: lazyRouteComponent(() => import('./dashboard.tsx'), 'FirstTab'),
})

const tabRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dashboards/$name/$tab',
  validateSearch: (given): FilterSearch => filterSearch(given),
  loader: ({ context: { queries }, params: { name } }) =>
    void (isIn(queries) && queries.prefetchQuery(dashboardQuery(name))),
  component: lazyRouteComponent(() => import('./dashboard.tsx'), 'Dashboard'),
})

export const dashboardRoutes = [listRoute, firstTabRoute, tabRoute] as const

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { isIn } from '../../data/session.ts'
import { tableQuery, tablesQuery } from '../../data/tables.ts'
import { rootRoute } from '../../root.ts'
import { type ListSearch, listSearch, type TableSearch, tableSearch } from './search.ts'

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tables',
  validateSearch: (given): ListSearch => listSearch(given),
  loader: ({ context: { queries } }) => void (isIn(queries) && queries.prefetchQuery(tablesQuery)),
  component: lazyRouteComponent(() => import('./list.tsx'), 'TableList'),
})

const tableRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tables/$name',
  validateSearch: (given): TableSearch => tableSearch(given),
  loader: ({ context: { queries }, params: { name } }) =>
    void (isIn(queries) && queries.prefetchQuery(tableQuery(name))),
  component: lazyRouteComponent(() => import('./table.tsx'), 'Table'),
})

export const tableRoutes = [listRoute, tableRoute] as const

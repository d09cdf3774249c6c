import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter } from '@tanstack/react-router'
import { addRoutes } from './pages/add/routes.ts'
import { dashboardRoutes } from './pages/dashboards/routes.ts'
import { ledgerRoutes } from './pages/ledger/routes.ts'
import { modelRoutes } from './pages/models/routes.ts'
import { queryRoutes } from './pages/query/routes.ts'
import { rejectRoutes } from './pages/rejects/routes.ts'
import { streamRoutes } from './pages/streams/routes.ts'
import { tableRoutes } from './pages/tables/routes.ts'
import { rootRoute } from './root.ts'
import { Home } from './shell/home.tsx'

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: Home,
})

const routeTree = rootRoute.addChildren([
  homeRoute,
  ...addRoutes,
  ...dashboardRoutes,
  ...tableRoutes,
  ...queryRoutes,
  ...streamRoutes,
  ...rejectRoutes,
  ...ledgerRoutes,
  ...modelRoutes,
])

export function makeRouter(queries: QueryClient) {
  return createRouter({ routeTree, context: { queries }, defaultPreload: 'intent', scrollRestoration: true })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}

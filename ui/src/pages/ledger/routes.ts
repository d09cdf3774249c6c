import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root.ts'

export const ledgerRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/ledger',
    component: lazyRouteComponent(() => import('../unbuilt.tsx'), 'UnbuiltQuery'),
  }),
] as const

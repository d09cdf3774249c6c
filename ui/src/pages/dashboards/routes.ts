import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root.ts'

export const dashboardRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/dashboards',
    component: lazyRouteComponent(() => import('../unbuilt.tsx'), 'UnbuiltDashboards'),
  }),
] as const

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root.ts'

export const queryRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/query',
    component: lazyRouteComponent(() => import('../unbuilt.tsx'), 'UnbuiltQuery'),
  }),
] as const

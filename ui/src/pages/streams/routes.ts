import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root.ts'

export const streamRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/streams',
    component: lazyRouteComponent(() => import('../unbuilt.tsx'), 'UnbuiltStreams'),
  }),
] as const

import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { modelsQuery } from '../../data/models.ts'
import { isIn } from '../../data/session.ts'
import { rootRoute } from '../../root.ts'

export const modelRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/models',
    loader: ({ context: { queries } }) => void (isIn(queries) && queries.prefetchQuery(modelsQuery)),
    component: lazyRouteComponent(() => import('./list.tsx'), 'ModelList'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/models/$name',
    loader: ({ context: { queries } }) => void (isIn(queries) && queries.prefetchQuery(modelsQuery)),
    component: lazyRouteComponent(() => import('./model.tsx'), 'Model'),
  }),
] as const

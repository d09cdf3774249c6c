import type { QueryClient } from '@tanstack/react-query'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { modelsQuery, stalenessQuery } from '../../data/models.ts'
import { isIn } from '../../data/session.ts'
import { rootRoute } from '../../root.ts'
import { type ModelSearch, type ModelsSearch, modelSearch, modelsSearch } from './search.ts'

export const modelRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/models',
    validateSearch: (given): ModelsSearch => modelsSearch(given),
    loader: ({ context: { queries } }) => void (isIn(queries) && ahead(queries)),
    component: lazyRouteComponent(() => import('./list.tsx'), 'ModelList'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/models/$name',
    validateSearch: (given): ModelSearch => modelSearch(given),
    loader: ({ context: { queries } }) => void (isIn(queries) && ahead(queries)),
    component: lazyRouteComponent(() => import('./model.tsx'), 'Model'),
  }),
] as const

function ahead(queries: QueryClient): void {
  void queries.prefetchQuery(modelsQuery)
  void queries.prefetchQuery(stalenessQuery)
}

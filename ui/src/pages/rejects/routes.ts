import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root.ts'

/** What stands in the address: whose rejects, and which group of them is open. */
export interface RejectsSearch {
  readonly table?: string
  readonly open?: string
}

const rejectsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/rejects',
  validateSearch: ({ table, open }: Readonly<Record<string, unknown>>): RejectsSearch => ({
    ...(typeof table === 'string' && { table }),
    ...(typeof open === 'string' && { open }),
  }),
  component: lazyRouteComponent(() => import('./rejects.tsx'), 'Rejects'),
})

export const rejectRoutes = [rejectsRoute] as const

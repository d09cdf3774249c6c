import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../root.ts'

const ledgerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/ledger',
  component: lazyRouteComponent(() => import('./ledger.tsx'), 'LedgerPage'),
})

export const ledgerRoutes = [ledgerRoute] as const

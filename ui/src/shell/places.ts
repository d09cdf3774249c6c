import type { Needed } from '../data/session.ts'

/** Where one can go, in the order of the navigation, and who may. */
export const places = [
  { to: '/dashboards', name: 'Dashboards', key: 'd', needs: 'read' },
  { to: '/tables', name: 'Tables', key: 't', needs: 'tables' },
  { to: '/query', name: 'Query', key: 'q', needs: 'tables' },
  { to: '/streams', name: 'Streams', key: 's', needs: 'tables' },
  // the server tells the ledger to admins alone
  { to: '/ledger', name: 'Ledger', key: 'l', needs: 'admin' },
  { to: '/models', name: 'Models', key: 'm', needs: 'tables' },
] as const satisfies readonly { readonly needs: Needed; readonly [key: string]: string }[]

export type Place = (typeof places)[number]

/** What a page is for: those that the navigation does not name are of tables. */
export function neededFor(pathname: string): Needed {
  if (pathname === '/') return 'read'
  if (pathname === '/add') return 'admin'
  return places.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`))?.needs ?? 'tables'
}

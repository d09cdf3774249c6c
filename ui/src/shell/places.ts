/** Where one can go, in the order of the navigation. */
export const places = [
  { to: '/dashboards', name: 'Dashboards', key: 'd', admin: false },
  { to: '/tables', name: 'Tables', key: 't', admin: false },
  { to: '/query', name: 'Query', key: 'q', admin: false },
  { to: '/streams', name: 'Streams', key: 's', admin: false },
  // the server tells the ledger to admins alone
  { to: '/ledger', name: 'Ledger', key: 'l', admin: true },
  { to: '/models', name: 'Models', key: 'm', admin: false },
] as const

export type Place = (typeof places)[number]

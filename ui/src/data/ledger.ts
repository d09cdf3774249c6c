import { queryOptions } from '@tanstack/react-query'
import type { Ledger } from '../../../src/api/ledger.ts'
import { call } from './api.ts'

/** For admins alone. It counts all that there is: it is asked again when something has moved, as seldom as it is slow. */
export const ledgerQuery = queryOptions({
  queryKey: ['ledger'],
  queryFn: ({ signal }) => call<Ledger>('/v1/ledger', { signal }),
  meta: { follows: 'all' },
})

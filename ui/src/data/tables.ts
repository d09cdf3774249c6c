import { queryOptions } from '@tanstack/react-query'
import type { TablesAnswer } from '../../../src/api/tables.ts'
import { call } from './api.ts'

export const tablesQuery = queryOptions({
  queryKey: ['tables'],
  queryFn: ({ signal }) => call<TablesAnswer>('/v1/tables', { signal }),
  meta: { follows: 'all' },
})

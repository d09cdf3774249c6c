import { queryOptions } from '@tanstack/react-query'
import type { FilesAnswer, TableAnswer, TablesAnswer } from '../../../src/api/tables.ts'
import { call } from './api.ts'

export const tablesQuery = queryOptions({
  queryKey: ['tables'],
  queryFn: ({ signal }) => call<TablesAnswer>('/v1/tables', { signal }),
  meta: { follows: 'all' },
})

function pathOf(name: string): string {
  return `/v1/tables/${encodeURIComponent(name)}`
}

/** A table, and so many of its newest commits. */
export function tableQuery(name: string, commits = 20) {
  return queryOptions({
    queryKey: ['tables', name, { commits }],
    queryFn: ({ signal }) => call<TableAnswer>(`${pathOf(name)}?history=${commits}`, { signal }),
    meta: { follows: [name] },
  })
}

export function filesQuery(name: string) {
  return queryOptions({
    queryKey: ['tables', name, 'files'],
    queryFn: ({ signal }) => call<FilesAnswer>(`${pathOf(name)}/files`, { signal }),
    meta: { follows: [name] },
  })
}

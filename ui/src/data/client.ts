import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api.ts'
import { sessionQuery } from './session.ts'

/** What was asked, kept while it is shown. What passes by itself is asked again; a refusal is shown at once. */
export function makeQueryClient(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // a session that has ended is asked for, and whoever has none signs in
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401)
          void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 1_000,
        gcTime: 60_000,
        retry: (failures, error) => error instanceof ApiError && error.passes && failures < 2,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
        refetchOnWindowFocus: true,
        networkMode: 'always',
      },
    },
  })
  return queries
}

import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api.ts'

/** What was asked, kept while it is shown. What passes by itself is asked again; a refusal is shown at once. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 60_000,
        retry: (failures, error) => error instanceof ApiError && error.passes && failures < 2,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
        refetchOnWindowFocus: true,
        networkMode: 'always',
      },
    },
  })
}

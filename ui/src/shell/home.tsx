import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { dashboardsQuery } from '../data/dashboards.ts'
import { Loading } from '../parts/states.tsx'

/** Where one begins: the first dashboard, and the tables where there is none yet. */
export function Home() {
  const { data, isError } = useQuery(dashboardsQuery)
  const [first] = data?.dashboards ?? []
  if (first) return <Navigate to="/dashboards/$name" params={{ name: first.name }} replace />
  return data || isError ? <Navigate to="/tables" replace /> : <Loading />
}

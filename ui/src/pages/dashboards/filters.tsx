import { getRouteApi } from '@tanstack/react-router'
import type { DashboardAnswer } from '../../../../src/api/dashboards.ts'
import { Button } from '../../parts/button.tsx'
import styles from './filters.module.css'
import { ListFilter } from './list-filter.tsx'
import { PeriodFilter } from './period-filter.tsx'
import { askedFilters, withFilter } from './search.ts'

const route = getRouteApi('/dashboards/$name/$tab')

/** The filters of a dashboard. They stand in the address: whoever is sent it sees the same. */
export function Filters({ dashboard }: { readonly dashboard: DashboardAnswer }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const asked = askedFilters(dashboard, search)
  if (dashboard.filters.length === 0) return null
  const set = (name: string, value: string | readonly string[] | undefined) =>
    void navigate({ search: (before) => withFilter(before, name, value), replace: true, resetScroll: false })
  return (
    <fieldset className={styles.filters} aria-label="Filters">
      {dashboard.filters.map((filter) => {
        const value = asked[filter.name]
        return filter.type === 'period' ? (
          <PeriodFilter
            key={filter.name}
            filter={filter}
            timezone={dashboard.timezone}
            value={typeof value === 'string' ? value : undefined}
            onChange={(next) => set(filter.name, next)}
          />
        ) : (
          <ListFilter
            key={filter.name}
            dashboard={dashboard.name}
            filter={filter}
            value={typeof value === 'object' ? value : undefined}
            onChange={(next) => set(filter.name, next)}
          />
        )
      })}
      {Object.keys(asked).length > 0 && (
        <Button small look="quiet" onClick={() => void navigate({ search: {}, replace: true, resetScroll: false })}>
          Reset
        </Button>
      )}
    </fieldset>
  )
}

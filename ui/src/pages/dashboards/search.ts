import type { DashboardAnswer } from '../../../../src/api/dashboards.ts'
import type { FilterValues } from '../../data/filter-values.ts'

/** What stands in the address of a dashboard: its filters, each under its name. */
export interface FilterSearch {
  readonly [filter: string]: string | readonly string[]
}

/** Words and lists of words; figures and the like, as which the address may read them, are words too. */
export function filterSearch(given: Readonly<Record<string, unknown>>): FilterSearch {
  const word = (value: unknown): string | undefined =>
    ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]): [string, string | string[]][] => {
      if (Array.isArray(value)) return [[name, value.map(word).filter((each) => each !== undefined)]]
      const own = word(value)
      return own === undefined ? [] : [[name, own]]
    }),
  )
}

/** What the server is asked with: of the address, what the dashboard knows, in the form that the filter takes. */
export function askedFilters({ filters }: Pick<DashboardAnswer, 'filters'>, search: FilterSearch): FilterValues {
  return Object.fromEntries(
    filters.flatMap(({ name, type }): [string, string | readonly string[]][] => {
      const value = search[name]
      if (value === undefined) return []
      if (type === 'list') return [[name, typeof value === 'string' ? [value] : value]]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

/** The address after a filter was set; one that is undefined stands there no more. */
export function withFilter(
  search: FilterSearch,
  name: string,
  value: string | readonly string[] | undefined,
): FilterSearch {
  const { [name]: _, ...rest } = search
  return value === undefined ? rest : { ...rest, [name]: value }
}

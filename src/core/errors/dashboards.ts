import type { ErrorRow } from './row.ts'

/** Dashboards: their files, tiles and filters. `{place}` is `dashboards/shop.yaml:4:12`. */
export const dashboardErrors = {
  DASHBOARD_INVALID: {
    kind: 'usage',
    message: '{place}: {reason}',
    hint: 'docs/reference/dashboard.md lists what a dashboard takes',
  },
  DASHBOARD_UNKNOWN_NAME: {
    kind: 'usage',
    message: '{place}: there is no {what} `{name}`',
    hint: '{suggestion}',
  },
  DASHBOARD_SQL_INVALID: {
    kind: 'usage',
    message: '{place}: {reason}',
    hint: '{suggestion}',
  },
  DASHBOARD_COLUMN_UNFIT: {
    kind: 'usage',
    message: '{place}: `{channel}` takes a column of numbers, and `{column}` is {type}',
    hint: 'count, sum or cast it in the SELECT, or name another column',
  },
  DASHBOARD_UNKNOWN: {
    kind: 'missing',
    message: 'there is no {what} `{name}`',
    hint: '{suggestion}',
  },
  FILTER_UNKNOWN: {
    kind: 'usage',
    message: 'the dashboard has no filter `{name}`',
    hint: 'its filters are: {suggestion}',
  },
  FILTER_INVALID: {
    kind: 'usage',
    message: 'filter `{name}`: {reason}',
    hint: '{remedy}',
  },
} as const satisfies Record<string, ErrorRow>

const incremental = (time: string, grain: string) => `/*\nkind: incremental\ntime: ${time}\ngrain: ${grain}\n*/\n`

/** Four, each made from the one before it, twice through a view. */
export const chain = {
  clean: `${incremental('moment', 'day')}SELECT moment, lower(who) AS who, n FROM events WHERE n > 0`,
  seen: 'SELECT * FROM clean',
  daily: `${incremental('day', 'day')}SELECT CAST(moment AS DATE) AS day, sum(n) AS n FROM seen GROUP BY 1`,
  monthly: `${incremental('month', 'month')}SELECT CAST(date_trunc('month', day) AS DATE) AS month, sum(n) AS n FROM daily GROUP BY 1`,
  total: '/*\nkind: table\n*/\nSELECT sum(n) AS n FROM monthly',
}

import type { Query } from '../../src/engines/engine.ts'
import { append } from '../../src/lake/write.ts'
import { settleContract } from '../../src/project/apply-contract.ts'
import { type OpenProject, openProject } from '../../src/project/open.ts'
import type { Target } from '../../src/project/parse.ts'
import { sql, value } from '../../src/sql/text.ts'
import { quiet } from './shop-project.ts'

/** Days from 2019-01-01, or another date, on, each with so many events. */
export interface Year {
  readonly days: number
  readonly rowsPerDay: number
  /** `2019-01-01`. */
  readonly start?: string
}

/** Events straight into the table `events`, a commit a month: what loading files would have left, without the files. */
export async function fillYear(
  dir: string,
  { days, rowsPerDay, start }: Year,
  say: (line: string) => void,
): Promise<void> {
  await using project = await openProject(dir, { access: 'write', command: 'bench' })
  await settleContract(project.lake, project.settings.targets.get('events') as Target, quiet)
  const step = 31
  for (let from = 0; from < days; from += step) {
    const to = Math.min(from + step, days)
    say(`days ${from + 1} to ${to}`)
    await addDays(project, from, to, rowsPerDay, start)
  }
}

/** One day more, in one commit. */
export async function addDay(dir: string, day: number, rowsPerDay: number): Promise<void> {
  await using project = await openProject(dir, { access: 'write', command: 'bench' })
  await addDays(project, day, day + 1, rowsPerDay)
}

async function addDays(
  project: OpenProject,
  from: number,
  to: number,
  rowsPerDay: number,
  start = '2019-01-01',
): Promise<void> {
  await append(project.lake, 'events', eventsOf(from, to, rowsPerDay, start), {}, quiet)
}

/** Everything follows from the row's number: a sum of `hash` for what looks like chance. */
function eventsOf(from: number, to: number, rowsPerDay: number, start: string): Query {
  const perDay = value(rowsPerDay)
  const text = sql`SELECT
      CAST(${value(`${start} 07:00:00+00`)} AS TIMESTAMPTZ) + to_days((n // ${perDay})::INT) + to_seconds(n % ${perDay} * 86400 // ${perDay}) AS event_time,
      CASE WHEN chance % 100 < 94 THEN 'view' WHEN chance % 100 < 98 THEN 'cart' ELSE 'purchase' END AS event_type,
      product AS product_id,
      2053013552326770905 + product % 130 AS category_id,
      CASE WHEN product % 130 < 110 THEN 'department' || product % 13 || '.kind' || product % 29 || '.product' || product % 130 END AS category_code,
      CASE WHEN product % 7 > 0 THEN 'brand' || product % 211 END AS brand,
      (product * 7919 % 200000 / 100)::DECIMAL(12, 2) AS price,
      500000000 + (chance // 1000) % 300000 AS user_id,
      md5((n // 5)::VARCHAR) AS user_session,
      'year' AS _file,
      CAST(${value(start)} AS DATE) + (n // ${perDay})::INT AS _day
    FROM (SELECT n, (hash(n) % 1000000007)::BIGINT AS chance, (1000000 + hash(n, 1) % 20000)::BIGINT AS product
      FROM (SELECT range::BIGINT AS n FROM range(${value(from * rowsPerDay)}, ${value(to * rowsPerDay)})))`.text
  return { sql: text, from: {} }
}

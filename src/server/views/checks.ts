import type { CheckView } from '../../api/models.ts'
import type { Check } from '../../checks/check.ts'
import { failingRows } from '../../checks/failing-rows.ts'
import type { Context } from '../../core/context.ts'
import { collect } from '../../engines/rows.ts'
import type { BoundModel } from '../../models/model.ts'
import { checkResults } from '../../project/accounts.ts'
import type { LiveProject } from '../../project/live.ts'
import { name, raw, sql } from '../../sql/text.ts'
import { type Allowed, isAllowed } from './tables.ts'

/** The checks of the models that may be seen, and what became of each when it was last run. The codes of `openModels`. */
export async function checksView(live: LiveProject, allowed: Allowed, context: Context): Promise<readonly CheckView[]> {
  const { order } = await live.models(context)
  const checked = order.filter((model) => model.checks.length > 0 && isAllowed(allowed, model.name))
  if (checked.length === 0) return []
  const last = await lastResults(live, context)
  return checked.flatMap((model) =>
    model.checks.map((check) => {
      const found = last.get(keyOf(model.name, check.name)) ?? null
      return {
        model: model.name,
        name: check.name,
        severity: check.severity,
        sql: mayRead(model, check, allowed) ? sqlOf(model, check, found?.blocked ?? false) : null,
        last: found,
      }
    }),
  )
}

function mayRead({ inputs }: BoundModel, check: Check, allowed: Allowed): boolean {
  const read = check.kind === 'references' ? [...inputs, check.table] : inputs
  return read.every((each) => isAllowed(allowed, each))
}

/** Rows that were kept out are in no table: they are those that its SELECT gives now. */
function sqlOf(model: BoundModel, check: Check, isKeptOut: boolean): string {
  const own = model.sql.trim().replace(/;\s*$/, '')
  const rows =
    isKeptOut && model.kind === 'table'
      ? sql`(
${raw(own)}
)`
      : name(model.name)
  return failingRows(check, rows, model.output)
}

function keyOf(table: string, check: string): string {
  return `${table}\0${check}`
}

/** What became of each check when it was last run: a build that blocked counts too. */
async function lastResults(live: LiveProject, context: Context): Promise<ReadonlyMap<string, CheckView['last']>> {
  const { lake } = live.project
  const text = sql`SELECT "table", "check", epoch_ms(checked_at), outcome, blocked, rows_failed, rows_judged, finding FROM results QUALIFY row_number() OVER (PARTITION BY "table", "check" ORDER BY checked_at DESC) = 1`
  const results = await checkResults(lake, context)
  const rows = await collect(await lake.engine.run({ sql: text.text, from: { results } }, context))
  return new Map(
    rows.map(([table, check, atMs, outcome, blocked, failed, judged, finding]) => [
      keyOf(String(table), String(check)),
      {
        at: new Date(Number(atMs)).toISOString(),
        outcome: outcome as 'passed' | 'failed' | 'error',
        blocked: blocked === true,
        rows_failed: Number(failed),
        rows_judged: Number(judged),
        finding: typeof finding === 'string' ? finding : null,
      },
    ]),
  )
}

import { type Rule, tableColumns } from '../contract/contract.ts'
import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Engine } from '../engines/engine.ts'
import { readCondition } from '../sql/condition.ts'
import { raw, sql } from '../sql/text.ts'
import type { ProjectSettings, Target } from './parse.ts'

/**
 * Checks the rules of a stream or table: one condition each over the declared columns, the same for the same row.
 * RULE_INVALID and CONFIG_UNKNOWN_NAME with the place in the project file.
 */
export async function checkRules(
  { place }: Pick<ProjectSettings, 'place'>,
  target: Target,
  engine: Engine,
  context: Context,
): Promise<void> {
  const { contract, name, kind } = target
  const known = contract.columns.map((column) => column.name)
  for (const rule of contract.rules) {
    const at = place([kind === 'stream' ? 'streams' : 'tables', name, 'rules', rule.name])
    const invalid = (reason: string, cause?: unknown): never => {
      throw new MillraceError('RULE_INVALID', { place: at, rule: rule.name, reason }, cause)
    }
    const { fault } = await readCondition(rule.sql, known)
    if (fault?.kind === 'invalid') invalid(fault.reason, fault.cause)
    if (fault?.kind === 'unknown column') {
      const suggestion = suggest(fault.name, known)
      throw new MillraceError('CONFIG_UNKNOWN_NAME', { place: at, what: 'column', name: fault.name, suggestion })
    }
    await checkTypes(rule, target, engine, context, invalid)
  }
}

type Invalid = (reason: string, cause?: unknown) => never

/** WHERE takes a condition, and no aggregate: DuckDB knows the types of what is in it. */
async function checkTypes(
  rule: Rule,
  { contract }: Target,
  engine: Engine,
  context: Context,
  invalid: Invalid,
): Promise<void> {
  const columns = tableColumns(contract)
  const from = { checked: { kind: 'values', columns, rows: [] } } as const
  try {
    await engine.describe({ sql: sql`SELECT 1 AS one FROM checked WHERE (${raw(rule.sql)}\n)`.text, from }, context)
    const [verdict] = await engine.describe(
      { sql: sql`SELECT (${raw(rule.sql)}\n) AS verdict FROM checked`.text, from },
      context,
    )
    if (verdict?.type.kind !== 'boolean') invalid('it is no condition: it must be true or false')
  } catch (error) {
    if (error instanceof MillraceError && error.row.kind !== 'bug' && error.code !== 'RULE_INVALID')
      invalid(error.message.split('\n')[0] ?? error.code, error)
    throw error
  }
}

import type { Traced, TraceOptions } from '../trace.ts'
import type { Binder, Input } from './binder.ts'
import { type Expression, leavesOf } from './expression.ts'
import { sqlOf } from './expression-sql.ts'
import type { Push, Want } from './push.ts'
import type { Loss } from './relation.ts'
import { stepsOf, timeType } from './steps.ts'
import { isExact } from './value-type.ts'

/** One place where an input is named, and what is known of it; `loss` says why, where nothing is. */
export interface Told extends Input {
  readonly traced?: readonly Traced[]
  readonly loss: Loss
  /** Why what is known of it is not enough for a lookback. */
  readonly loose?: Loss
}

/** What the pushes have reached, for each place once: a CTE that is named twice is one place in the text. */
export async function toldOf(binder: Binder, to: Push, options: TraceOptions): Promise<readonly Told[]> {
  const byId = Map.groupBy(binder.inputs, (input) => input.id)
  const found: Told[] = []
  for (const inputs of byId.values()) {
    const [first] = inputs as [Input, ...Input[]]
    const outcomes: (readonly Traced[] | Loss)[] = []
    for (const input of inputs)
      for (const want of to.reached.get(input.relation) ?? []) outcomes.push(await tracedOf(input, want, to, options))
    found.push({ ...first, ...merged(outcomes, first, to) })
  }
  return found
}

function merged(
  outcomes: readonly (readonly Traced[] | Loss)[],
  input: Input,
  { wanted }: Push,
): Pick<Told, 'traced' | 'loss'> {
  const table = 'make it `kind: table`, which is rebuilt as a whole'
  const unread = { at: input.at, reason: `nothing reads ${input.name} here`, remedy: 'take it out' }
  const loss = outcomes.find((each) => 'reason' in each)
  const traced = outcomes.flatMap((each) => ('reason' in each ? [] : [each]))
  const [first] = traced
  if (!first || loss) return { loss: loss ?? unread }
  const texts = new Set(traced.map((each) => each.map(({ sql }) => sql.text).join()))
  const reason = `${wanted} is told by ${input.name} in two ways`
  if (texts.size > 1) return { loss: { at: input.at, reason, remedy: `read it twice, once for each, or ${table}` } }
  return { traced: first, loss: unread }
}

async function tracedOf(input: Input, want: Want, to: Push, { by }: TraceOptions): Promise<readonly Traced[] | Loss> {
  if ('loss' in want) return want.loss
  const columns = to.relations[input.relation]?.columns ?? []
  const traced: Traced[] = []
  for (const expression of want.told) {
    const steps = stepsOf(expression, to.relations)
    const type = timeType(expression, to.relations)
    const bad = by === 'time' ? !steps : !isSafeKey(expression, to)
    const sql = await sqlOf(expression, columns)
    if (bad) {
      const reason =
        by === 'time'
          ? `${to.wanted} is ${short(sql.text)}, not one date or time under casts, date_trunc, time_bucket or AT TIME ZONE`
          : `${short(sql.text)} can differ for equal values`
      const remedy = 'let the input have such a column, or make this `kind: table`, which is rebuilt as a whole'
      return { at: to.at, reason, remedy }
    }
    const column = steps && columns[steps.column]
    traced.push({ sql, ...(type && { type }), ...(column !== undefined && { column, steps: steps?.steps ?? [] }) })
  }
  return traced
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

/** 0.0 and -0.0 are one key, and not one value: of such columns only the column itself. */
function isSafeKey(expression: Expression, { relations }: Push): boolean {
  if (expression['class'] === 'BOUND') return true
  return leavesOf(expression).every((each) => {
    const body = relations[each.relation]?.body
    return body?.kind === 'input' && isExact(body.types[each.column])
  })
}

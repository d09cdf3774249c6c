import { child, children, textOf } from '../ast.ts'
import { constantText, type Expression, keyOf } from './expression.ts'
import type { Relation } from './relation.ts'
import { instant, typeOf } from './value-type.ts'

/** The intervals of a model: a unit of `date_trunc` on the clocks of a zone. */
export interface Grain {
  readonly unit: string
  readonly zone: string
}

/** By this zone's clocks the engine casts instants to dates and times and back, whatever the project's zone. */
const sessionZone = 'UTC'

const units = ['exact', 'microsecond', 'millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month'] as const
type Unit = (typeof units)[number]

/** A column of times, rounded down to a unit on the clocks of the grain's zone: as an instant, or as what they show. */
interface Rounded {
  /** The innermost expression, as a key. */
  readonly of: string
  readonly unit: Unit
  readonly as: 'instant' | 'shown'
}

/** Whether times rounded to `fine` tell times rounded to `coarse`. A week can lie in two months. */
function tells(fine: Unit, coarse: Unit): boolean {
  return fine === coarse || (units.indexOf(fine) < units.indexOf(coarse) && fine !== 'week')
}

function roundedOf(expression: Expression, grain: Grain, relations: readonly Relation[]): Rounded | undefined {
  switch (expression['class']) {
    case 'CAST': {
      const inner = child(expression, 'child')
      const rounded = inner && roundedOf(inner, grain, relations)
      const to = textOf(child(expression, 'cast_type'), 'id')
      const as = to === instant ? 'instant' : 'shown'
      if (!rounded || !['DATE', 'TIMESTAMP', instant].includes(to)) return undefined
      if (rounded.as !== as && grain.zone !== sessionZone) return undefined
      return to === 'DATE' ? rounding({ ...rounded, as }, 'day') : { ...rounded, as }
    }
    case 'FUNCTION': {
      const [first, second, third] = children(expression, 'children')
      const text = constantText(first)
      const rounded = second && !third && text !== undefined ? roundedOf(second, grain, relations) : undefined
      if (!rounded || text === undefined) return undefined
      const called = textOf(expression, 'function_name')
      if (called === 'timezone' && text === grain.zone)
        return { ...rounded, as: rounded.as === 'instant' ? 'shown' : 'instant' }
      const unit = units.find((each) => each !== 'exact' && each === text.toLowerCase())
      if (called !== 'date_trunc' || !unit) return undefined
      return rounded.as === 'shown' || grain.zone === sessionZone ? rounding(rounded, unit) : undefined
    }
    default: {
      // a zone-less time is on the zone's clocks only where it was put there, within this very expression
      const type = typeOf(expression, relations)
      if (type === instant) return { of: keyOf(expression), unit: 'exact', as: 'instant' }
      return type === 'DATE' ? { of: keyOf(expression), unit: 'day', as: 'shown' } : undefined
    }
  }
}

function rounding(rounded: Rounded, unit: Unit): Rounded | undefined {
  if (tells(rounded.unit, unit)) return { ...rounded, unit }
  return tells(unit, rounded.unit) ? rounded : undefined
}

/** Whether both lie in the same interval, whatever the row. */
export function sameBucket(a: Expression, b: Expression, grain: Grain, relations: readonly Relation[]): boolean {
  const [first, second] = [roundedOf(a, grain, relations), roundedOf(b, grain, relations)]
  const unit = grain.unit as Unit
  return first !== undefined && first.of === second?.of && tells(first.unit, unit) && tells(second.unit, unit)
}

/** Whether the key tells the interval of the expression. */
export function tellsBucket(
  key: Expression,
  expression: Expression,
  grain: Grain,
  relations: readonly Relation[],
): boolean {
  const [known, asked] = [roundedOf(key, grain, relations), roundedOf(expression, grain, relations)]
  if (!known || known.of !== asked?.of) return false
  const unit = grain.unit as Unit
  return tells(known.unit, asked.unit) || (tells(asked.unit, unit) && tells(known.unit, unit))
}

/** A time that is the zone's clocks' as an instant: intervals are told of dates and of instants. */
export function asInstant(expression: Expression, grain: Grain, relations: readonly Relation[]): Expression {
  if (typeOf(expression, relations) !== 'TIMESTAMP') return expression
  const type = { id: 'VARCHAR', type_info: null }
  const zone = { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', query_location: -1 }
  return {
    class: 'FUNCTION',
    type: 'FUNCTION',
    alias: '',
    query_location: -1,
    function_name: 'timezone',
    schema: 'main',
    catalog: '',
    children: [{ ...zone, value: { type, is_null: false, value: grain.zone } }, expression],
    filter: null,
    order_bys: { type: 'ORDER_MODIFIER', orders: [] },
    distinct: false,
    is_operator: false,
    export_state: false,
  }
}

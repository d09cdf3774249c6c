import type { Pulse } from '../../core/events.ts'
import { unitText, valueText } from '../output/values.ts'
import { truncate, width } from '../output/width.ts'

const barCells = 20

/** `history ━━━━━━────── 45%  1,200,000 rows  480,000 rows/s  3 s left`, in at most `cells` cells. */
export function bar(pulse: Pulse, elapsedMs: number, cells: number): string {
  const { done, total, unit } = pulse
  const parts = unit === 'steps' ? [] : [amount(done, unit)]
  const perSecond = elapsedMs >= 200 ? (done / elapsedMs) * 1000 : 0
  if (perSecond > 0 && unit !== 'steps') parts.push(`${amount(Math.round(perSecond), unit)}/s`)
  if (total !== undefined && perSecond > 0 && done < total)
    parts.push(`${unitText(Math.max(1, (total - done) / perSecond) * 1000, 'ms')} left`)
  const drawn = total ? `${meter(Math.min(1, done / total))}  ` : ''
  const rest = `${drawn}${parts.join('  ')}`
  const room = cells - width(rest) - 2
  const task = valueText(pulse.task)
  return truncate(room >= 8 ? `${truncate(task, room)}  ${rest}` : rest, cells)
}

function meter(share: number): string {
  const full = Math.round(share * barCells)
  return `${'━'.repeat(full)}${'╌'.repeat(barCells - full)} ${String(Math.floor(share * 100)).padStart(3)}%`
}

function amount(value: number, unit: Pulse['unit']): string {
  if (unit === 'bytes') return unitText(value, 'bytes')
  return `${unitText(value, 'count')} ${unit}`
}

import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { answerTiles, type Ground, type TabOutcome, TileMemory } from './answer.ts'
import { boundFilters, type FilterValues } from './bind.ts'
import type { Dashboard, Tab } from './dashboard.ts'
import { Flights } from './flights.ts'
import { memoryOf } from './memory.ts'

/** A tile is given a tenth of a core: it is asked no sooner again than ten times what it took of one. */
const share = 10

/** From the end of an answer that asked anything to the next one, at least: a page shows no more. */
const leastMs = 250

export interface TabAsked {
  readonly dashboard: Dashboard
  readonly tab: Tab
  readonly filters: FilterValues
}

export interface AnsweredTab extends TabOutcome {
  /** How long the next answer of the same is put off from the end of this one; 0 for one that asked nothing. */
  readonly restMs: number
}

/** The tabs of a project's dashboards, each answered once for all who ask for the same. */
export class TabAnswers {
  readonly #memory = new TileMemory()
  /** What settled rows that were counted have cost, as far as it was not paid. */
  readonly #owedMs = memoryOf<number>(() => 0)
  readonly #flights = new Flights<AnsweredTab>()

  /** FILTER_UNKNOWN, FILTER_INVALID. */
  async answer(
    { dashboard, tab, filters }: TabAsked,
    ground: (context: Context) => Promise<Ground>,
    context: Context,
  ): Promise<AnsweredTab> {
    const values = Object.entries(filters).map(([name, value]) => [name, [value].flat().toSorted()] as const)
    // those who look at an older text of the file are answered by it
    const texts = tab.tiles.map(({ id, sql, options, filterColumns }) => [id, sql, options, filterColumns])
    const key = JSON.stringify([dashboard.name, tab.id, values.toSorted(([a], [b]) => (a < b ? -1 : 1)), texts])
    const asked = (nowMs: number, timezone: string) => boundFilters(dashboard.filters, filters, { nowMs, timezone })
    // a filter that is wrong is whoever asks told at once
    asked(context.now(), 'UTC')
    return this.#flights.join(
      key,
      async (own) => {
        const started = performance.now()
        const on = await ground(own)
        const outcome = await answerTiles(tab.tiles, asked(own.now(), on.timezone), on, this.#memory, own)
        const ownMs = share * this.#costMs(key, outcome) - (performance.now() - started)
        const restMs = outcome.costsMs.length > 0 ? Math.round(Math.max(leastMs, ownMs)) : 0
        return { result: { ...outcome, restMs }, restMs }
      },
      context,
    )
  }

  /**
   * What is paid for an answer, for each tile that was asked: what it has cost, and as much again of what is owed, so that
   * counting once for many answers makes none of them late. What is owed when more is counted is paid at once.
   */
  #costMs(key: string, { costsMs, countedMs }: TabOutcome): number {
    const costMs = costsMs.reduce((sum, each) => sum + each, 0)
    const owedMs = this.#owedMs.get(key) ?? 0
    const paidMs = Math.min(owedMs + countedMs, Math.max(costMs, countedMs > 0 ? owedMs : 0))
    this.#owedMs.put(key, owedMs + countedMs - paidMs)
    return (costMs + paidMs) / Math.max(1, costsMs.length)
  }
}

/** A dashboard by its name. DASHBOARD_UNKNOWN. */
export function dashboardNamed(dashboards: readonly Dashboard[], name: string): Dashboard {
  const found = dashboards.find((each) => each.name === name)
  const names = dashboards.map((each) => each.name)
  if (!found)
    throw new MillraceError('DASHBOARD_UNKNOWN', { what: 'dashboard', name, suggestion: suggest(name, names) })
  return found
}

/** A tab by its id. DASHBOARD_UNKNOWN; the dashboard's own fault where it has one. */
export function tabNamed({ tabs, fault }: Dashboard, name: string): Tab {
  if (fault) throw fault
  const found = tabs.find(({ id }) => id === name)
  const ids = tabs.map(({ id }) => id)
  if (!found) throw new MillraceError('DASHBOARD_UNKNOWN', { what: 'tab', name, suggestion: suggest(name, ids) })
  return found
}

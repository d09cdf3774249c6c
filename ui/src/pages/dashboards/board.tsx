import { getRouteApi } from '@tanstack/react-router'
import { type CSSProperties, useCallback, useState } from 'react'
import type { DashboardAnswer, TileView } from '../../../../src/api/dashboards.ts'
import type { Mark } from '../../charts/marked.ts'
import { Button } from '../../parts/button.tsx'
import { Failure } from '../../parts/states.tsx'
import styles from './board.module.css'
import type { Pace } from './keep-current.ts'
import { foldedOf, rowsOf } from './layout.ts'
import { askedFilters } from './search.ts'
import { type Opened, Sheet } from './sheet.tsx'
import { faultOf, Tile } from './tile.tsx'
import { type Awaited, useLit } from './use-lit.ts'
import { useTab } from './use-tab.ts'

const route = getRouteApi('/dashboards/$name/$tab')

interface BoardProps {
  readonly dashboard: DashboardAnswer
  readonly tab: DashboardAnswer['tabs'][number]
  readonly pace: Pace
  /** Where it comes in, its tiles light up. */
  readonly awaited: Awaited | undefined
}

/** The tiles of a tab, all of one position. */
export function Board({ dashboard, tab, pace, awaited }: BoardProps) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const filters = askedFilters(dashboard, search)
  const asked = { dashboard: dashboard.name, tab: tab.id, filters }
  const { data, error, isPlaceholderData, refetch } = useTab(asked, tab, pace)
  const lit = useLit(asked, tab, isPlaceholderData ? undefined : data, awaited)
  const [opened, setOpened] = useState<Opened>()
  const open = useCallback(
    (tile: TileView, part: Opened['part'], mark: Mark = {}) => setOpened({ tile, part, mark }),
    [],
  )
  if (!data && error) {
    return (
      <>
        <Failure error={error} onRetry={() => void refetch()} />
        {Object.keys(filters).length > 0 && (
          <Button onClick={() => void navigate({ search: {}, replace: true })}>Without filters</Button>
        )}
      </>
    )
  }
  const faults = tab.tiles.map((tile) => faultOf(tile, data?.tiles[tile.id]))
  const folded = foldedOf(tab.tiles.map(({ chart }, at) => ({ chart, isBroken: faults[at] !== undefined })))
  return (
    <div className={styles.board} style={{ '--rows': rowsOf(tab.tiles) } as CSSProperties} data-fills>
      <div className={styles.grid}>
        {tab.tiles.map((tile, at) => (
          <Tile
            key={tile.id}
            tile={tile}
            folded={folded[at] ?? 2}
            answer={data?.tiles[tile.id]}
            position={data?.position}
            askedMs={data?.askedMs}
            timezone={dashboard.timezone}
            isOther={isPlaceholderData}
            isLit={lit.has(tile.id)}
            onOpen={open}
          />
        ))}
      </div>
      <Sheet
        opened={opened}
        answer={opened && data?.tiles[opened.tile.id]}
        dashboard={dashboard.name}
        filters={filters}
        onPart={(part) => setOpened((before) => before && { ...before, part })}
        onClose={() => setOpened(undefined)}
      />
    </div>
  )
}

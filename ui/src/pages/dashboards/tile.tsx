import { type CSSProperties, lazy, memo, Suspense } from 'react'
import type { TabAnswer, TileAnswer, TileView } from '../../../../src/api/dashboards.ts'
import type { Mark } from '../../charts/marked.ts'
import { withoutEval } from '../../charts/without-eval.ts'
import { classes } from '../../parts/classes.ts'
import { FaultNote } from '../../parts/fault-note.tsx'
import { Scroller } from '../../parts/scroller.tsx'
import { FailingMark } from './failing.tsx'
import type { Opened } from './sheet.tsx'
import styles from './tile.module.css'
import { TileFreshness } from './tile-freshness.tsx'

const TileBody = lazy(async () => {
  withoutEval()
  return { default: (await import('./tile-body.tsx')).TileBody }
})

interface TileProps {
  readonly tile: TileView
  /** Its columns of a narrow grid of two. */
  readonly folded: 1 | 2
  readonly answer: TabAnswer['tiles'][string] | undefined
  readonly position: TabAnswer['position'] | undefined
  readonly askedMs: number | undefined
  readonly timezone: string
  /** What is shown is of other filters, until the answer is there. */
  readonly isOther: boolean
  /** Something that was waited for has come into it. */
  readonly isLit: boolean
  readonly onOpen: (tile: TileView, part: Opened['part'], mark?: Mark) => void
}

/** One tile: its name, how fresh it is, and its rows as its chart shows them. */
export function Tile({ tile, folded, answer, position, askedMs, timezone, isOther, isLit, onOpen }: TileProps) {
  const { id, title, description, chart, width, height } = tile
  const head = `tile-${id}`
  const fault = faultOf(tile, answer)
  const size = { '--width': width, '--height': height, '--folded': folded } as CSSProperties
  return (
    <section
      className={classes(styles.tile, isOther && styles.other)}
      style={size}
      data-chart={chart}
      data-lit={isLit || undefined}
      data-broken={fault ? true : undefined}
      aria-labelledby={head}
      aria-busy={answer === undefined || isOther}
    >
      <header className={styles.head}>
        <h2 id={head} className={styles.title} title={description ?? undefined}>
          {title}
        </h2>
        {position && askedMs !== undefined && fault === undefined && (
          <TileFreshness position={position} reads={tile.reads} askedMs={askedMs} isOther={isOther} />
        )}
        <button
          type="button"
          className={styles.more}
          aria-label={`Rows and SQL of ${title}`}
          title="Rows, data and SQL"
          onClick={() => onOpen(tile, 'rows')}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2.5 4h11M2.5 8h11M2.5 12h7" />
          </svg>
        </button>
      </header>
      <div className={styles.body}>
        <Content tile={tile} answer={answer} timezone={timezone} onOpen={onOpen} />
      </div>
      {tile.failing.length > 0 && <FailingMark of={tile} onOpen={() => onOpen(tile, 'builds')} />}
    </section>
  )
}

/** What is wrong with its place in the file, else with its rows. */
export function faultOf(tile: TileView, answer: TileProps['answer']) {
  return tile.fault ?? (answer && 'error' in answer ? answer.error : undefined)
}

type ContentProps = Pick<TileProps, 'tile' | 'answer' | 'timezone' | 'onOpen'>

/** Drawn again when its rows are others, and not when only time has passed. */
const Content = memo(function Content({ tile, answer, timezone, onOpen }: ContentProps) {
  const fault = faultOf(tile, answer)
  if (fault) {
    return (
      <div className={styles.fault} role="alert">
        <Scroller label={`What is wrong with ${tile.title}`}>
          <FaultNote fault={fault} />
          {!fault.message.includes(tile.file.replace(/:.*/, '')) && <p className={styles.file}>{tile.file}</p>}
        </Scroller>
      </div>
    )
  }
  const waiting = <span className={styles.waiting} role="status" aria-label="Loading" />
  if (!answer || 'error' in answer) return waiting
  return (
    <Suspense fallback={waiting}>
      <TileBody tile={tile} answer={answer} timezone={timezone} onOpen={onOpen} />
    </Suspense>
  )
}, isSame)

function isSame(a: ContentProps, b: ContentProps): boolean {
  return a.tile === b.tile && a.timezone === b.timezone && a.onOpen === b.onOpen && hasSameRows(a.answer, b.answer)
}

/** Rows that are the same keep their identity from answer to answer. */
function hasSameRows(a: ContentProps['answer'], b: ContentProps['answer']): boolean {
  if (!a || !b || 'error' in a || 'error' in b) return a === b
  const keys: readonly (keyof TileAnswer)[] = ['columns', 'rows', 'previous', 'unfinished', 'truncated']
  return keys.every((key) => a[key] === b[key])
}

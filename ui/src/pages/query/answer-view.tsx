import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { QueryAnswer } from '../../../../src/api/query.ts'
import { withoutEval } from '../../charts/without-eval.ts'
import { sessionQuery } from '../../data/session.ts'
import { Button } from '../../parts/button.tsx'
import { Grid } from '../../parts/grid.tsx'
import { Loading } from '../../parts/states.tsx'
import { choicesOf, showOf } from './chart-choice.ts'
import styles from './result.module.css'
import type { Show } from './search.ts'
import { TileDialog } from './tile-dialog.tsx'

const ChartView = lazy(async () => {
  withoutEval()
  return { default: (await import('./chart-view.tsx')).ChartView }
})

const titles: Readonly<Record<Show, string>> = {
  table: 'Table',
  line: 'Line',
  bar: 'Bar',
  area: 'Area',
  pie: 'Pie',
  number: 'Number',
}

interface AnswerViewProps {
  readonly answer: QueryAnswer
  /** The question that it answers. */
  readonly sql: string
  /** What was asked for in the address. */
  readonly show: Show | undefined
  readonly onShow: (show: Show) => void
}

/** The rows as a table or as one of the charts that they fit. */
export function AnswerView({ answer, sql, show: asked, onShow }: AnswerViewProps) {
  const { data: session } = useQuery(sessionQuery)
  const choices = useMemo(() => choicesOf(answer), [answer])
  const [keeps, setKeeps] = useState(false)
  const show = showOf(asked, sql, choices)
  const choice = choices.find((each) => each.show === show)
  return (
    <>
      <div className={styles.shows}>
        {choices.length > 0 && (
          <fieldset className={styles.kinds} aria-label="Show as">
            {(['table', ...choices.map((each) => each.show)] as const).map((each) => (
              <Button
                key={each}
                small
                look={each === show ? 'plain' : 'quiet'}
                aria-pressed={each === show}
                onClick={() => onShow(each)}
              >
                {titles[each]}
              </Button>
            ))}
          </fieldset>
        )}
        <Button look="quiet" small onClick={() => setKeeps(true)}>
          Keep as tile
        </Button>
      </div>
      {choice ? (
        <Suspense fallback={<Loading />}>
          <ChartView choice={choice} answer={answer} timezone={session?.timezone ?? 'UTC'} />
        </Suspense>
      ) : (
        <Grid answer={answer} />
      )}
      <TileDialog sql={sql} choice={choice} open={keeps} onClose={() => setKeeps(false)} />
    </>
  )
}

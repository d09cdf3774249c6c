import type { ComponentProps } from 'react'
import type { QueryAnswer } from '../../../../src/api/query.ts'
import { saveAs } from '../../data/download.ts'
import { counted } from '../../data/format.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/states.tsx'
import { AnswerView } from './answer-view.tsx'
import { csvOf, ndjsonOf } from './files.ts'
import { elapsedText, positionText } from './position.ts'
import styles from './result.module.css'

/** Rows, how long they took, what they were read from, and ways to take them along. */
export function Answer({
  answer,
  ...shown
}: Omit<ComponentProps<typeof AnswerView>, 'answer'> & { readonly answer: QueryAnswer }) {
  const { rows, truncated, elapsed_ms: elapsed, position } = answer
  const behind = Object.keys(position.behind)
  return (
    <div className={styles.answer}>
      <div className={styles.bar}>
        <span className={styles.rows}>{counted(rows.length, 'row')}</span>
        {truncated && (
          <Badge tone="warn" title="`millrace query -o FILE` writes all of them">
            the first of more
          </Badge>
        )}
        {behind.length > 0 && <Badge tone="warn">as of its last build: {behind.join(', ')}</Badge>}
        <span className={styles.quiet}>{elapsedText(elapsed)}</span>
        <span className={styles.quiet}>{positionText(position)}</span>
        {rows.length > 0 && <Exports answer={answer} />}
      </div>
      {rows.length === 0 ? <Empty title="The answer has no rows." /> : <AnswerView answer={answer} {...shown} />}
    </div>
  )
}

function Exports({ answer }: { readonly answer: QueryAnswer }) {
  const title = answer.truncated ? 'The rows that are here, not all there are' : undefined
  return (
    <span className={styles.exports}>
      <Button look="quiet" small title={title} onClick={() => saveAs('query.csv', 'text/csv', csvOf(answer))}>
        Save CSV
      </Button>
      <Button
        look="quiet"
        small
        title={title}
        onClick={() => saveAs('query.ndjson', 'application/x-ndjson', ndjsonOf(answer))}
      >
        Save NDJSON
      </Button>
    </span>
  )
}

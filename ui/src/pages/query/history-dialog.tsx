import { useNow } from '../../data/clock.ts'
import { ago, counted } from '../../data/format.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import type { Asked } from './history.ts'
import styles from './history-dialog.module.css'
import { elapsedText } from './position.ts'

interface HistoryDialogProps {
  readonly history: readonly Asked[]
  readonly open: boolean
  readonly onClose: () => void
  readonly onChoose: (sql: string) => void
  readonly onForget: () => void
}

/** What was asked from this browser. */
export function HistoryDialog({ history, open, onClose, onChoose, onForget }: HistoryDialogProps) {
  const now = useNow()
  const forget = () => {
    onForget()
    onClose()
  }
  return (
    <Dialog title="History" open={open} onClose={onClose} actions={<Button onClick={forget}>Forget all</Button>}>
      <p className={styles.note}>Kept in this browser alone.</p>
      <ul className={styles.list}>
        {history.map(({ sql, atMs, end, rows, elapsedMs }) => (
          <li key={`${atMs} ${sql}`}>
            <button type="button" className={styles.asked} onClick={() => onChoose(sql)}>
              <code className={styles.sql}>{sql}</code>
              <span className={styles.note}>
                {ago(now - atMs)} ·{' '}
                {end === 'answered' ? `${counted(rows ?? 0, 'row')} in ${elapsedText(elapsedMs ?? 0)}` : end}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

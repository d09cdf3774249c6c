import { Code } from '../../parts/code.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import type { Choice } from './chart-choice.ts'
import styles from './history-dialog.module.css'
import { tileText } from './tile-text.ts'

interface TileDialogProps {
  readonly sql: string
  readonly choice: Choice | undefined
  readonly open: boolean
  readonly onClose: () => void
}

/** A question and its chart as a tile, to be put into a dashboard’s file. */
export function TileDialog({ sql, choice, open, onClose }: TileDialogProps) {
  return (
    <Dialog title="Keep as tile" open={open} onClose={onClose} wide>
      <p className={styles.note}>
        Put it under <code>tiles:</code> of a tab in <code>dashboards/NAME.yaml</code>: the dashboard has it at once.
      </p>
      {open && <Code label="A tile" text={tileText(sql, choice)} />}
    </Dialog>
  )
}

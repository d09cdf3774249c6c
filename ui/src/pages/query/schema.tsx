import type { TableView } from '../../../../src/api/tables.ts'
import { Badge } from '../../parts/badge.tsx'
import styles from './schema.module.css'

/** What can be asked for: the tables, and their columns. */
export function Schema({ tables }: { readonly tables: readonly TableView[] }) {
  if (tables.length === 0) return null
  return (
    <aside className={styles.schema} aria-label="Tables and their columns">
      <h2 className={styles.title}>Tables</h2>
      <ul>
        {tables.map(({ name, kind, columns }) => (
          <li key={name}>
            <details className={styles.table} open={tables.length <= 3}>
              <summary className={styles.name}>
                <span className={styles.word}>{name}</span> <Badge>{kind}</Badge>
              </summary>
              <ul className={styles.columns}>
                {columns.map((column) => (
                  <li key={column.name} className={styles.column}>
                    <span className={styles.word}>{column.name}</span>
                    <span className={styles.type}>{column.type}</span>
                  </li>
                ))}
              </ul>
            </details>
          </li>
        ))}
      </ul>
    </aside>
  )
}

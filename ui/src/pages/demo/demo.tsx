import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../../data/session.ts'
import { Customer, type Seen } from './customer.tsx'
import styles from './demo.module.css'
import { Plug } from './plug.tsx'
import { Strip } from './strip.tsx'

/** What a demo shows above the shop's dashboard; nothing where the server is none of a demo. */
export function Demo({ onCome }: { readonly onCome: (came: Seen) => void }) {
  const { data: session } = useQuery(sessionQuery)
  if (!session?.demo) return null
  return (
    <section className={styles.demo} aria-label="Demo">
      <Strip />
      <div className={styles.panels}>
        <Customer onCome={onCome} />
        <Plug />
      </div>
    </section>
  )
}

import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { sendEvent } from '../../data/demo.ts'
import { eventsQuery } from '../../data/streams.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { messageOf } from '../../parts/states.tsx'
import { type Came, newestPurchase } from './came.ts'
import { delayText } from './delays.ts'
import styles from './demo.module.css'
import { purchase, purchaseCurl } from './purchase.ts'

/** With when it was seen, as `performance.now()` tells it. */
export type Seen = Came & { readonly seenMs: number }

interface Bought {
  readonly id: string
  /** From the press to the answer. */
  readonly safeMs: number
  readonly answeredMs: number
}

/** Whoever looks buys something, here or by `curl`, and sees it come. */
export function Customer({ onCome }: { readonly onCome: (came: Seen) => void }) {
  const { data } = useQuery(eventsQuery('events', 1000))
  const [here, setHere] = useState<{ readonly id: string; readonly atMs: number }>()
  const from = useRef<bigint>(undefined)
  const buy = useMutation({
    mutationFn: async (): Promise<Bought> => {
      const id = crypto.randomUUID()
      const beganMs = performance.now()
      await sendEvent(purchase(id, Date.now()))
      const answeredMs = performance.now()
      return { id, safeMs: answeredMs - beganMs, answeredMs }
    },
  })
  useEffect(() => {
    if (!data) return
    // what was there before this page was opened is nothing that came
    const came = from.current === undefined ? undefined : newestPurchase(data, from.current)
    from.current = BigInt(data.next)
    if (!came) return
    const seenMs = performance.now()
    setHere({ id: came.id, atMs: seenMs })
    onCome({ ...came, seenMs })
  }, [data, onCome])
  const bought = buy.data
  const isBought = bought !== undefined && here?.id === bought.id
  return (
    <section className={styles.panel} aria-label="Be a customer">
      <h2 className={styles.title}>Be a customer</h2>
      <p className={styles.words}>A telephone for $129.90. Watch the tiles below: those that it is in light up.</p>
      <div className={styles.acts}>
        <Button look="main" disabled={buy.isPending} onClick={() => buy.mutate()}>
          Buy it
        </Button>
        <Copy text={purchaseCurl(window.location.origin)} what="Copy as curl" />
      </div>
      <p className={styles.told} data-lit={here !== undefined} aria-live="polite">
        {buy.error && messageOf(buy.error)}
        {bought && `Safe on disk and answered after ${delayText(bought.safeMs)}`}
        {isBought && `, on this page ${delayText(Math.max(0, here.atMs - bought.answeredMs))} later.`}
        {here && !isBought && `${bought ? '. ' : ''}Your purchase is on this page.`}
      </p>
    </section>
  )
}

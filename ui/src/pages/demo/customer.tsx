import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { sendEvent } from '../../data/demo.ts'
import { eventsQuery } from '../../data/streams.ts'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { messageOf } from '../../parts/states.tsx'
import { delayText } from './delays.ts'
import styles from './demo.module.css'
import { purchase, purchaseCurl } from './purchase.ts'

interface Bought {
  readonly id: string
  /** From the press to the answer. */
  readonly safeMs: number
  readonly answeredMs: number
}

/** Whoever looks buys something, and sees it come. */
export function Customer() {
  const { data } = useQuery(eventsQuery('events', 1000))
  const [here, setHere] = useState<{ readonly id: string; readonly afterMs: number }>()
  const buy = useMutation({
    mutationFn: async (): Promise<Bought> => {
      const id = crypto.randomUUID()
      const beganMs = performance.now()
      await sendEvent(purchase(id, Date.now()))
      const answeredMs = performance.now()
      return { id, safeMs: answeredMs - beganMs, answeredMs }
    },
  })
  const bought = buy.data
  useEffect(() => {
    if (!bought || here?.id === bought.id || !data?.events.some(({ event }) => event.includes(bought.id))) return
    setHere({ id: bought.id, afterMs: performance.now() - bought.answeredMs })
  }, [bought, here, data])
  const isHere = bought !== undefined && here?.id === bought.id
  return (
    <section className={styles.panel} aria-label="Be a customer">
      <h2 className={styles.title}>Be a customer</h2>
      <p className={styles.words}>A telephone for 129.90: it is in each number that follows.</p>
      <div className={styles.acts}>
        <Button look="main" disabled={buy.isPending} onClick={() => buy.mutate()}>
          Buy it
        </Button>
        <Copy text={purchaseCurl(window.location.origin)} what="Copy as curl" />
      </div>
      <p className={styles.told} data-lit={isHere} aria-live="polite">
        {buy.error && messageOf(buy.error)}
        {bought && `Safe on disk and answered after ${delayText(bought.safeMs)}`}
        {isHere && `, on this page ${delayText(here.afterMs)} later.`}
      </p>
    </section>
  )
}

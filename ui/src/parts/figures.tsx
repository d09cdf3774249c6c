import { useNow } from '../data/clock.ts'
import { ago, bytes, count, exactTime, rough } from '../data/format.ts'

/** A number in digits that stand under each other; `null` where it is not known. */
export function Count({ of, short = false }: { readonly of: number | null; readonly short?: boolean }) {
  if (of === null) return <Unknown />
  return (
    <span className="number" title={short ? count(of) : undefined}>
      {short ? rough(of) : count(of)}
    </span>
  )
}

export function Bytes({ of }: { readonly of: number }) {
  return (
    <span className="number" title={`${count(of)} bytes`}>
      {bytes(of)}
    </span>
  )
}

/** How long ago, and on hovering exactly when. */
export function Time({ at }: { readonly at: string | null }) {
  const now = useNow()
  if (at === null) return <Unknown />
  const ms = Date.parse(at)
  return (
    <time className="number" dateTime={at} title={exactTime(ms)}>
      {ago(now - ms)}
    </time>
  )
}

function Unknown() {
  return (
    <span className="visually-quiet" title="not known">
      –
    </span>
  )
}

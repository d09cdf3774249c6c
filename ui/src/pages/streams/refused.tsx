import { Count } from '../../parts/figures.tsx'
import { TextLink } from '../../parts/text-link.tsx'

/** How many were refused, and the way to them. */
export function Refused({ table, count }: { readonly table: string; readonly count: number }) {
  if (count === 0) return <Count of={0} />
  return (
    <TextLink to="/rejects" search={{ table }}>
      <Count of={count} />
    </TextLink>
  )
}

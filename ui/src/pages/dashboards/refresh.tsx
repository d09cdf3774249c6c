import { Button } from '../../parts/button.tsx'
import { Select } from '../../parts/field.tsx'
import type { Pace } from './keep-current.ts'

const rates = [
  { value: '0', name: 'as it moves' },
  { value: '5000', name: 'every 5 s' },
  { value: '30000', name: 'every 30 s' },
  { value: '300000', name: 'every 5 min' },
]

/** How often the page is asked again, and whether at all. */
export function Refresh({ pace, onPace }: { readonly pace: Pace; readonly onPace: (pace: Pace) => void }) {
  return (
    <>
      <Select
        label="Refresh"
        options={rates}
        value={String(pace.leastMs)}
        disabled={pace.paused}
        onChange={({ target }) => onPace({ ...pace, leastMs: Number(target.value) })}
      />
      <Button small aria-pressed={pace.paused} onClick={() => onPace({ ...pace, paused: !pace.paused })}>
        {pace.paused ? 'Resume' : 'Pause'}
      </Button>
    </>
  )
}

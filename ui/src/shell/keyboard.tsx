import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import styles from './keyboard.module.css'
import type { Place } from './places.ts'

const others = [
  ['/', 'Search on this page'],
  ['?', 'These keys'],
] as const

/** `g` and then a letter goes to a page, `/` to the search of this one, `?` tells. */
export function Keyboard({ places }: { readonly places: readonly Place[] }) {
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  useEffect(() => {
    let going = false
    const press = (event: KeyboardEvent) => {
      const { target, key } = event
      const writes =
        target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], dialog')
      if (writes || event.ctrlKey || event.metaKey || event.altKey) return
      const place = going ? places.find((each) => each.key === key) : undefined
      going = key === 'g'
      if (place) void navigate({ to: place.to })
      else if (key === '?') setOpen(true)
      else if (key === '/') {
        event.preventDefault()
        document.querySelector<HTMLInputElement>('main input[type=search]')?.focus()
      }
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [navigate, places])
  return (
    <Dialog title="Keyboard" open={open} onClose={() => setOpen(false)}>
      <dl className={styles.keys}>
        {places.map(({ key, name }) => (
          <Key key={key} keys={['g', key]} does={name} />
        ))}
        {others.map(([key, does]) => (
          <Key key={key} keys={[key]} does={does} />
        ))}
      </dl>
    </Dialog>
  )
}

function Key({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <div>
      <dt>
        {keys.map((each) => (
          <kbd key={each}>{each}</kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </div>
  )
}

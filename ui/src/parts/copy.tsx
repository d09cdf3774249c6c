import { useState } from 'react'
import { Button } from './button.tsx'
import { useToast } from './toast.tsx'

/** Puts a text onto the clipboard. */
export function Copy({ text, what = 'Copy' }: { readonly text: string; readonly what?: string }) {
  const toast = useToast()
  const [done, setDone] = useState(false)
  const copy = async () => {
    try {
      // there is no clipboard where a page came by plain http from another machine
      await navigator.clipboard.writeText(text)
      setDone(true)
      setTimeout(() => setDone(false), 1_500)
    } catch {
      toast('The browser does not let this page copy: select the text, and copy it yourself.', 'bad')
    }
  }
  return (
    <Button look="quiet" small onClick={() => void copy()}>
      <span aria-live="polite">{done ? 'Copied' : what}</span>
    </Button>
  )
}

import { useEffect, useRef } from 'react'
import type { TableView } from '../../../../src/api/tables.ts'
import styles from './editor.module.css'
import { makeEditor, type SqlEditor } from './make-editor.ts'
import type { Marked } from './mark.ts'

export interface EditorProps {
  /** Another one is shown in place of what was typed. */
  readonly given: { readonly text: string }
  readonly tables: readonly TableView[]
  readonly marked: Marked | undefined
  readonly onChange: (text: string) => void
  readonly onRun: (text: string) => void
}

/** Where a question is written. Loaded when it is used. */
export function Editor({ given, tables, marked, onChange, onRun }: EditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const editor = useRef<SqlEditor>(undefined)
  const now = useRef({ given, onChange, onRun })
  useEffect(() => {
    now.current = { given, onChange, onRun }
  })
  useEffect(() => {
    const element = place.current as HTMLDivElement
    const made = makeEditor(element, {
      text: now.current.given.text,
      onChange: (next) => now.current.onChange(next),
      onRun: (text) => now.current.onRun(text),
    })
    editor.current = made
    made.focus()
    // what is typed here is no shortcut of the page, which sees the element alone and not what it holds
    const keep = (event: KeyboardEvent) => event.stopPropagation()
    element.addEventListener('keydown', keep)
    return () => {
      element.removeEventListener('keydown', keep)
      made.destroy()
    }
  }, [])
  useEffect(() => editor.current?.show(given.text), [given])
  useEffect(() => editor.current?.offer(tables), [tables])
  useEffect(() => editor.current?.mark(marked), [marked])
  return <div ref={place} className={styles.editor} />
}

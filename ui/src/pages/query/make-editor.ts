import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState, Prec } from '@codemirror/state'
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view'
import type { TableView } from '../../../../src/api/tables.ts'
import { look } from './editor-look.ts'
import { type Marked, rangeOf } from './mark.ts'
import { ownInput } from './own-input.ts'
import { sqlLanguage } from './sql-language.ts'

export interface EditorOptions {
  readonly text: string
  readonly onChange: (text: string) => void
  /** With what stands there at that moment: it is asked for at once, and may be newer than what the page has seen. */
  readonly onRun: (text: string) => void
}

export interface SqlEditor {
  /** Another text, as from a link or the history; one's own is not typed over. */
  show(text: string): void
  offer(tables: readonly TableView[]): void
  mark(marked: Marked | undefined): void
  focus(): void
  destroy(): void
}

/**
 * An editor in a shadow of an element: its styles are then adopted by the shadow's root, where the page's policy refuses a
 * `<style>`.
 */
export function makeEditor(place: HTMLElement, { text, onChange, onRun }: EditorOptions): SqlEditor {
  const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' })
  const language = new Compartment()
  const ran = (view: EditorView) => {
    closeCompletion(view)
    onRun(view.state.doc.toString())
    return true
  }
  const state = EditorState.create({
    doc: text,
    extensions: [
      Prec.highest(keymap.of([{ key: 'Mod-Enter', run: ran }])),
      lineNumbers(),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ icons: false }),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'SQL', autocapitalize: 'off', spellcheck: 'false' }),
      placeholder('SELECT …'),
      language.of(sqlLanguage([])),
      look,
      ownInput,
      EditorView.updateListener.of(({ docChanged, state: { doc } }) => {
        if (docChanged) onChange(doc.toString())
      }),
    ],
  })
  const view = new EditorView({ state, parent: root, root })
  return {
    show(next) {
      const { doc } = view.state
      if (doc.toString() === next) return
      view.dispatch({ changes: { from: 0, to: doc.length, insert: next }, selection: { anchor: next.length } })
    },
    offer: (tables) => view.dispatch({ effects: language.reconfigure(sqlLanguage(tables)) }),
    mark(marked) {
      const range = marked && rangeOf(view.state.doc.toString(), marked.place)
      const found = range ? [{ ...range, severity: 'error' as const, message: marked.message }] : []
      view.dispatch(setDiagnostics(view.state, found))
      if (range) view.dispatch({ selection: { anchor: range.from }, scrollIntoView: true })
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  }
}

import { EditorView } from '@codemirror/view'

/**
 * Text that is typed over a selection. Left to itself Chromium joins the lines around it, writes the looks of their words as
 * inline styles, and reports each as a breach of the page's policy before the editor draws the lines anew.
 */
export const ownInput = EditorView.domEventHandlers({
  beforeinput({ inputType, data }, view) {
    const { state } = view
    const { from, to, empty } = state.selection.main
    if (inputType !== 'insertText' || data === null || empty || view.composing) return false
    const typed = () => state.update(state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
    // brackets close themselves around a selection
    const taken = state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, data, typed))
    if (!taken) view.dispatch(typed())
    return true
  },
})

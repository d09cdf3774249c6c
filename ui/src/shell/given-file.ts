import { createContext, use } from 'react'

interface Given {
  /** The file that was dropped on the page, or chosen. */
  readonly file: File | undefined
  readonly give: (file: File | undefined) => void
}

export const GivenContext = createContext<Given>({ file: undefined, give: () => undefined })

export function useGivenFile(): Given {
  return use(GivenContext)
}

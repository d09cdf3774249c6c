/** What stands in the address of the list: which part of it is shown. */
export interface ModelsSearch {
  readonly tab?: 'models' | 'runs'
  /** The only run that is shown. */
  readonly run?: string
}

export function modelsSearch({ tab, run }: Readonly<Record<string, unknown>>): ModelsSearch {
  if (tab === 'runs') return { tab, ...(typeof run === 'string' && { run }) }
  return tab === 'models' ? { tab } : {}
}

export const modelTabs = ['sql', 'columns', 'checks', 'tests', 'builds'] as const

export type ModelTab = (typeof modelTabs)[number]

/** What stands in the address of a model. */
export interface ModelSearch {
  readonly tab?: ModelTab
}

export function modelSearch({ tab }: Readonly<Record<string, unknown>>): ModelSearch {
  const known = modelTabs.find((each) => each === tab)
  return known ? { tab: known } : {}
}

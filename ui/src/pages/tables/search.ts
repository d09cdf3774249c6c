/** What stands in the address of the list: what is looked for. */
export interface ListSearch {
  readonly find?: string
}

export function listSearch({ find }: Readonly<Record<string, unknown>>): ListSearch {
  return typeof find === 'string' && find !== '' ? { find } : {}
}

export const tableTabs = ['columns', 'preview', 'history', 'files', 'sql'] as const

export type TableTab = (typeof tableTabs)[number]

/** What stands in the address of a table: which part of it is shown. */
export interface TableSearch {
  readonly tab?: TableTab
}

export function tableSearch({ tab }: Readonly<Record<string, unknown>>): TableSearch {
  const known = tableTabs.find((each) => each === tab)
  return known ? { tab: known } : {}
}

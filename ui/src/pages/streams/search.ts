export const streamTabs = ['events', 'contract', 'send'] as const

/** What stands in the address of a stream: which part of it is shown. */
export interface StreamSearch {
  readonly tab?: (typeof streamTabs)[number]
}

export function streamSearch({ tab }: Readonly<Record<string, unknown>>): StreamSearch {
  const known = streamTabs.find((each) => each === tab)
  return known ? { tab: known } : {}
}

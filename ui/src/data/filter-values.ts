/** Filter → what it is set to; one that is not in it has its default. */
export type FilterValues = Readonly<Record<string, string | readonly string[]>>

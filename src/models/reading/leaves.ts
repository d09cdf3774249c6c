import type { Relation } from '../../engines/relation.ts'

/** The rows of a Delta table, as a relation has them. */
type Leaf = Extract<Relation, { readonly kind: 'delta' }>

/** The tables that a relation is made from; one relation in two places once. */
export function leavesOf(relation: Relation, seen: Set<Relation> = new Set()): readonly Leaf[] {
  if (seen.has(relation)) return []
  seen.add(relation)
  switch (relation.kind) {
    case 'delta':
      return [relation]
    case 'select':
      return Object.values(relation.from).flatMap((each) => leavesOf(each, seen))
    case 'union':
      return relation.of.flatMap((each) => leavesOf(each, seen))
    case 'files':
    case 'values':
    case 'tail':
      return []
    default:
      return relation satisfies never
  }
}

/** The bytes of the files that a relation is made from, each file once. */
export function bytesOf(relation: Relation): number {
  const sizes = new Map<string, number>()
  for (const { root, files } of leavesOf(relation))
    for (const { path, sizeBytes } of files) sizes.set(`${root}\0${path}`, sizeBytes)
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}

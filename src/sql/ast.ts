/** A node of DuckDB's syntax tree, as `json_serialize_sql` writes it. Only what is asked for is looked at. */
export type Node = Readonly<Record<string, unknown>>

/** The byte of the text at which a node stands, or -1: DuckDB writes 2^64-1 where it does not know. */
export function byteOf(node: Node): number {
  const at = node['query_location']
  return typeof at === 'number' && at < 2 ** 53 ? at : -1
}

/** The node under a key, if there is one. */
export function child(node: Node | undefined, key: string): Node | undefined {
  const held = node?.[key]
  return isNode(held) ? held : undefined
}

/** The nodes of a list under a key. */
export function children(node: Node | undefined, key: string): readonly Node[] {
  const held = node?.[key]
  return Array.isArray(held) ? held.filter(isNode) : []
}

export function textOf(node: Node | undefined, key: string): string {
  const held = node?.[key]
  return typeof held === 'string' ? held : ''
}

/** The texts of a list under a key. */
export function textsOf(node: Node | undefined, key: string): readonly string[] {
  const held = node?.[key]
  return Array.isArray(held) ? held.filter((item): item is string => typeof item === 'string') : []
}

/** All nodes from this one down, each with the names of the CTEs that it sees, in small letters. */
export function* walk(
  node: unknown,
  ctes: ReadonlySet<string> = new Set(),
): Generator<readonly [Node, ReadonlySet<string>]> {
  if (Array.isArray(node)) for (const item of node) yield* walk(item, ctes)
  if (!isNode(node)) return
  let seen = ctes
  for (const entry of children(child(node, 'cte_map'), 'map')) {
    // a CTE sees those before it, not itself: inside `WITH t AS (SELECT * FROM t)` stands the table
    yield* walk(entry['value'], seen)
    seen = new Set([...seen, textOf(entry, 'key').toLowerCase()])
  }
  if (node['type'] === 'RECURSIVE_CTE_NODE') seen = new Set([...seen, textOf(node, 'cte_name').toLowerCase()])
  yield [node, seen]
  for (const [key, held] of Object.entries(node))
    if (key !== 'cte_map' && typeof held === 'object') yield* walk(held, seen)
}

function isNode(held: unknown): held is Node {
  return typeof held === 'object' && held !== null && !Array.isArray(held)
}

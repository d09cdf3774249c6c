import type { Engine, Query } from '../../src/engines/engine.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { leavesOf } from '../../src/models/reading/leaves.ts'

/** An engine that keeps account of the files of tables that it opens: `events/day=2024-01-01/part-….parquet`. */
export interface CountingEngine extends Engine {
  /** What was opened of a table since this was asked the last time, each file once. */
  opened(table: string): readonly string[]
}

export function countingEngine(engine: Engine, root: string): CountingEngine {
  const opened = new Set<string>()
  const count = ({ from }: Pick<Query, 'from'>) => {
    const relations: readonly Relation[] = Object.values(from)
    for (const leaf of relations.flatMap((each) => leavesOf(each)))
      for (const { path } of leaf.files) opened.add(`${leaf.root.slice(root.length + 1)}/${path}`)
  }
  return {
    name: engine.name,
    can: engine.can,
    describe: (query, context) => engine.describe(query, context),
    run(query, context) {
      count(query)
      return engine.run(query, context)
    },
    readColumns(query, context) {
      count(query)
      return engine.readColumns(query, context)
    },
    write(query, target, context) {
      count(query)
      return engine.write(query, target, context)
    },
    close: () => engine.close(),
    opened(table) {
      const found = [...opened].filter((path) => path.startsWith(`${table}/`)).sort()
      for (const path of found) opened.delete(path)
      return found
    },
  }
}

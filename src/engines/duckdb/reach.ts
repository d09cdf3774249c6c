import { dirname } from 'node:path'
import type { Relation, Relations } from '../relation.ts'
import { patternOf } from './paths.ts'

/** What a query may open. */
export interface Reach {
  readonly paths: readonly string[]
  readonly folders: readonly string[]
}

/** Past so many files their folders are named instead: DuckDB takes 40 µs for each, 4 s for 100,000. */
const maxPaths = 2000

/** The files of relations, and the folder that is written to. */
export function reachOf(from: Relations, writesTo: string | undefined): Reach {
  // a folder is not among what lies in it
  const paths = new Set<string>(writesTo === undefined ? [] : [writesTo])
  const folders = new Set(paths)
  const visit = (relation: Relation): void => {
    switch (relation.kind) {
      case 'delta':
        if (relation.files.length > maxPaths) folders.add(relation.root)
        for (const { path } of relation.files.length > maxPaths ? [] : relation.files)
          paths.add(path.startsWith('/') ? path : `${relation.root}/${path}`)
        break
      case 'files':
        if (relation.paths.length > maxPaths) for (const path of relation.paths) folders.add(dirname(path))
        else for (const path of relation.paths) paths.add(path)
        break
      case 'select':
        for (const inner of Object.values(relation.from)) visit(inner)
        break
      case 'union':
        for (const inner of relation.of) visit(inner)
        break
      case 'values':
      case 'tail':
        break
      default:
        relation satisfies never
    }
  }
  for (const relation of Object.values(from)) visit(relation)
  // what is asked for is the pattern, what is opened the path
  return { paths: bothOf(paths), folders: bothOf(folders) }
}

function bothOf(paths: ReadonlySet<string>): readonly string[] {
  return [...new Set([...paths].flatMap((path) => [path, patternOf(path)]))]
}

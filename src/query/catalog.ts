import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Relation } from '../engines/relation.ts'
import type { Filter } from '../sql/filters.ts'
import type { ReadPoint } from './read-point.ts'

/** What a name stands for at a read point. */
export interface Resolved {
  readonly relation: Relation
  /** The version that was read, for names that have versions. */
  readonly version?: number
}

/** Names that queries can read: tables, tails, models, files named for one query. */
export interface Catalog {
  names(context: Context): Promise<readonly string[]>
  /**
   * The rows of one of its names. Rows that do not fulfil all `filters` may be left out, none that do: the query applies
   * them itself.
   */
  resolve(name: string, at: ReadPoint, filters: readonly Filter[], context: Context): Promise<Resolved>
}

/** Several catalogs as one, names in the order of the alphabet. A name that several have is the first one's. */
export function mergeCatalogs(catalogs: readonly Catalog[]): Catalog {
  return {
    async names(context) {
      const names = new Set<string>()
      for (const catalog of catalogs) for (const name of await catalog.names(context)) names.add(name)
      return [...names].sort()
    },
    async resolve(name, at, filters, context) {
      const known: string[] = []
      for (const catalog of catalogs) {
        const names = await catalog.names(context)
        if (names.includes(name)) return catalog.resolve(name, at, filters, context)
        known.push(...names)
      }
      throw new MillraceError('NAME_UNKNOWN', { what: 'table', name, suggestion: suggest(name, known) })
    },
  }
}

/** Relations by name that are what they are at any time: files that a query brings along. */
export function fixedCatalog(relations: Readonly<Record<string, Relation>>): Catalog {
  return {
    names: async () => Object.keys(relations),
    async resolve(name) {
      const relation = Object.hasOwn(relations, name) ? relations[name] : undefined
      if (relation) return { relation }
      throw new MillraceError('NAME_UNKNOWN', {
        what: 'table',
        name,
        suggestion: suggest(name, Object.keys(relations)),
      })
    },
  }
}

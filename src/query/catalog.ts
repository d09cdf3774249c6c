import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Relation } from '../engines/relation.ts'
import type { Filter } from '../sql/filters.ts'
import type { Frozen } from './frozen.ts'

/** What a name stands for at a read point. */
export interface Resolved {
  readonly relation: Relation
  /** The versions that were read, by the names of their tables. */
  readonly versions?: Readonly<Record<string, number>>
  /** Models whose rows are those of their last build, though their inputs have changed since. */
  readonly behind?: Readonly<Record<string, Behind>>
}

/** Why rows are not as new as they could be. */
export interface Behind {
  /** When the model was built, in milliseconds. */
  readonly asOfMs: number
  /** What bringing it up to date would read. */
  readonly bytes: number
}

/** Names that queries can read: tables, tails, models, files named for one query. */
export interface Catalog {
  names(context: Context): Promise<readonly string[]>
  /** Takes the versions of these names in an order in which none is newer than one that it was made from. */
  freeze?(names: readonly string[], frozen: Frozen, context: Context): Promise<void>
  /**
   * The rows of one of its names, at the versions that are frozen. Rows that do not fulfil all `filters` may be left out, none that do: the query applies
   * them itself.
   */
  resolve(name: string, frozen: Frozen, filters: readonly Filter[], context: Context): Promise<Resolved>
}

/** Several catalogs as one, names in the order of the alphabet. A name that several have is the first one's. */
export function mergeCatalogs(catalogs: readonly Catalog[]): Catalog {
  return {
    async names(context) {
      const names = new Set<string>()
      for (const catalog of catalogs) for (const name of await catalog.names(context)) names.add(name)
      return [...names].sort()
    },
    async freeze(names, frozen, context) {
      for (const catalog of catalogs) await catalog.freeze?.(names, frozen, context)
    },
    async resolve(name, frozen, filters, context) {
      const known: string[] = []
      for (const catalog of catalogs) {
        const names = await catalog.names(context)
        if (names.includes(name)) return catalog.resolve(name, frozen, filters, context)
        known.push(...names)
      }
      throw new MillraceError('NAME_UNKNOWN', { what: 'table', name, suggestion: suggest(name, known) })
    },
  }
}

/** The part of a catalog that some names are, for whoever may read no others; what they are made from may lie outside. */
export function onlyNames(catalog: Catalog, allowed: readonly string[]): Catalog {
  return {
    ...catalog,
    names: async (context) => (await catalog.names(context)).filter((name) => allowed.includes(name)),
    async resolve(name, frozen, filters, context) {
      if (allowed.includes(name)) return catalog.resolve(name, frozen, filters, context)
      throw new MillraceError('NAME_UNKNOWN', { what: 'table', name, suggestion: suggest(name, allowed) })
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

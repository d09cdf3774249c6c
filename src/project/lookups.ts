import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import type { Freezing } from '../query/frozen.ts'
import { Lookup } from './lookups/lookup.ts'
import { type LookedUp, lookedUpIn } from './lookups/touched.ts'
import { modelNames } from './models.ts'
import type { OpenProject } from './open.ts'

/** Rows by key, of all that the project looks up. */
export interface Lookups {
  /**
   * The row of a key as JSON, as it is with all that was acknowledged before. LOOKUP_UNKNOWN, LOOKUP_KEY_UNKNOWN,
   * LOOKUP_NOT_UNIQUE, LOOKUP_TOO_LARGE.
   */
  row(name: string, key: string, context: Context): Promise<string>
}

/** Reads each of them when it is first asked for. CONFIG_UNKNOWN_NAME for what is no table and no model. */
export async function openLookups(
  project: OpenProject,
  lookedUp: Omit<LookedUp, 'name' | 'key'>,
  freezing: Freezing,
): Promise<Lookups> {
  const { lookup, targets, externals, place } = project.settings
  const known = [...targets.keys(), ...externals.keys()]
  if ([...lookup.keys()].some((name) => !known.includes(name))) known.push(...(await modelNames(project)))
  const lookups = new Map<string, Lookup>()
  for (const [name, key] of lookup) {
    if (!known.includes(name)) {
      const suggestion = suggest(name, known)
      throw new MillraceError('CONFIG_UNKNOWN_NAME', {
        place: place(['lookup', name]),
        what: 'table',
        name,
        suggestion,
      })
    }
    lookups.set(name, new Lookup(lookedUpIn(project, { ...lookedUp, name, key }), freezing))
  }
  return {
    row(name, key, context) {
      const found = lookups.get(name)
      if (found) return found.row(key, context)
      const suggestion = suggest(name, [...lookups.keys()])
      return Promise.reject(new MillraceError('LOOKUP_UNKNOWN', { name, suggestion }))
    },
  }
}

import type { Context } from '../core/context.ts'
import { MillraceError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { projectCatalog } from '../project/catalog.ts'
import type { OpenProject } from '../project/open.ts'
import type { Access } from '../project/server-settings.ts'

/**
 * Who may ask the server of a project: the tokens that it declares, and one more for the admin. CONFIG_UNKNOWN_NAME for a
 * read token of a table that there is not.
 */
export async function projectAccess(
  project: OpenProject,
  adminToken: string | undefined,
  context: Context,
): Promise<Access> {
  const { server, place } = project.settings
  const { admin, write, read } = server.access
  if (read.some(({ tables }) => tables !== 'all')) {
    const known = await (await projectCatalog(project, context)).names(context)
    for (const { name: token, tables } of read)
      for (const name of tables === 'all' ? [] : tables) {
        if (known.includes(name)) continue
        const at = place(['server', 'tokens', 'read', token, 'tables'])
        const what = 'stream, table or model'
        throw new MillraceError('CONFIG_UNKNOWN_NAME', { place: at, what, name, suggestion: suggest(name, known) })
      }
  }
  return { admin: adminToken === undefined ? admin : [...admin, adminToken], write, read }
}

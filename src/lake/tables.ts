import type { Context } from '../core/context.ts'
import type { Lake } from './lake.ts'
import { logFolder } from './log/names.ts'

/** The tables of a lake: the folders right under its root that hold a Delta log, in the order of their names. */
export function listTables(lake: Lake, context: Context): Promise<readonly string[]> {
  return foldersWith(lake, (folder) => folder, context)
}

/** The folders right under a lake's root where the table that `tableOf` names has a log, be they tables or not. */
export async function foldersWith(
  { store }: Lake,
  tableOf: (folder: string) => string,
  { signal }: Context,
): Promise<readonly string[]> {
  const first = async (prefix: string, after?: string) => {
    for await (const { path } of store.list(prefix, { ...(after !== undefined && { after }), signal })) return path
    return undefined
  }
  const found: string[] = []
  // from folder to folder: what lies in one is not listed
  let path = await first('')
  while (path !== undefined) {
    const slash = path.indexOf('/')
    const folder = path.slice(0, Math.max(slash, 0))
    if (folder !== '' && (await first(logFolder(tableOf(folder)))) !== undefined) found.push(folder)
    path = await first('', folder === '' ? path : `${folder}/\u{10ffff}`)
  }
  return found
}

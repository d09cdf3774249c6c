import { mkdir } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { checkOptions } from '../connectors/files/options.ts'
import { Spool } from '../connectors/spool/spool.ts'
import type { Context } from '../core/context.ts'
import { nodeDisk } from '../storage/disk.ts'
import type { LiveProject } from './live.ts'
import type { OpenProject } from './open.ts'
import type { Target } from './parse.ts'
import { rowDialect } from './row-dialect.ts'

/**
 * Reads the files of the project's spools into their streams as they come, until it is closed. `onTrouble`: what is in the
 * way of a source. DIALECT_INVALID, ENCODING_UNKNOWN.
 */
export async function openSpools(
  { settings }: OpenProject,
  live: LiveProject,
  context: Context,
  onTrouble: (source: string, error: unknown, path: string) => void,
): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack()
  for (const [name, spool] of settings.spools) {
    const { into } = spool
    const { contract } = settings.targets.get(into) as Target
    const reading = rowDialect(contract, spool, { glob: spool.glob, root: settings.folder })
    checkOptions(reading.dialect)
    const folders = [...new Set([spool.glob].flat().map((glob) => folderOf(glob, settings.folder)))]
    for (const folder of folders) if (isInside(folder, settings.folder)) await mkdir(folder, { recursive: true })
    opening.use(
      new Spool({
        name,
        spool,
        root: settings.folder,
        disk: nodeDisk(),
        folders,
        reading,
        positions: await live.positions(into, name, context),
        take: (rows, position) => live.takeRows(into, rows, position),
        onTrouble: (error, path) => onTrouble(name, error, path),
        context,
      }),
    )
  }
  return opening.move()
}

/** The folder that the signs of a glob begin in. */
function folderOf(glob: string, root: string): string {
  const fixed = glob.split(/[*?[{]/, 1)[0] as string
  return resolve(root, fixed.endsWith('/') ? fixed : dirname(fixed))
}

function isInside(folder: string, root: string): boolean {
  return relative(root, folder).split(sep)[0] !== '..'
}

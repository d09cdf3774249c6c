import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, sep } from 'node:path'
import { findFiles } from '../../connectors/files/glob.ts'
import { commonFolder, commonName, namedFolder } from './common-name.ts'

/** Folders with more entries than this, and so many more for each file, are not searched. */
const searched = { entries: 5000, perFile: 20 }

/**
 * A glob that names exactly these files, as they lie on the disk now; undefined where there is none that a reader would
 * write. What files of the same kind have in common is kept (`orders_*.csv`), numbers are not: the next day's file is to
 * match. `root`: the project's folder, whose own files no glob must reach.
 */
export async function exactGlob(paths: readonly string[], root: string): Promise<string | undefined> {
  const wanted = new Set(paths)
  const limit = searched.entries + paths.length * searched.perFile
  for (const { folder, within } of folderPatterns(paths, root)) {
    if (within !== undefined && !(await isSmall(within, limit))) continue
    for (const name of namePatterns(paths)) {
      const glob = join(folder, name)
      const found = await findFiles(glob, root)
      if (found.length === wanted.size && found.every(({ absolute }) => wanted.has(absolute))) return glob
    }
  }
  return undefined
}

interface FolderPattern {
  readonly folder: string
  /** The folder that is searched at any depth. */
  readonly within?: string
}

function folderPatterns(paths: readonly string[], root: string): FolderPattern[] {
  const own = commonFolder(paths)
  if (isPattern(own)) return []
  const holdsProject = (folder: string) => `${root}${sep}`.startsWith(folder === sep ? sep : `${folder}${sep}`)
  const deep = (folder: string) => (holdsProject(folder) ? [] : [{ folder: join(folder, '**'), within: folder }])
  const flat = paths.every((path) => dirname(path) === own)
  // in folders that are but numbers the next ones are to be found too
  const named = namedFolder(own)
  const wide = named === own ? [] : deep(named)
  if (flat) return [...wide, { folder: own }]
  const branches = [...new Set(paths.map((path) => relative(own, path).split(sep)[0] as string))]
  const branched = branches.every(
    (branch) => !isPattern(branch) && !branch.includes(',') && !holdsProject(join(own, branch)),
  )
  const below = paths.every((path) => dirname(path) !== own)
  const few = below && branched && branches.length > 1 && branches.length <= 8
  return [...wide, ...deep(own), ...(few ? [{ folder: join(own, `{${branches.join(',')}}`, '**'), within: own }] : [])]
}

/** What the names of the files could be written as, the one that says most first. */
function namePatterns(paths: readonly string[]): string[] {
  const names = [...new Set(paths.map((path) => basename(path)))]
  const [only = ''] = names
  if (names.length === 1) return isPattern(only) ? [] : [only]
  const endings = [...new Set(names.map(endingOf))].sort()
  const ending = endings.length === 1 ? (endings[0] as string) : `{${endings.join(',')}}`
  const { prefix, tail } = commonName(names.map((name) => name.slice(0, name.length - endingOf(name).length)))
  const patterns = [`${prefix}*${tail}${ending}`, `${prefix}*${ending}`, `*${tail}${ending}`, `*${ending}`]
  if (isPattern(`${prefix}${tail}${endings.join('')}`) || endings.includes('')) return []
  return [...new Set(patterns)]
}

/** `.csv.gz` of `a.csv.gz`. */
function endingOf(name: string): string {
  const last = extname(name)
  return /^\.(gz|zst)$/i.test(last) ? `${extname(name.slice(0, -last.length))}${last}` : last
}

function isPattern(text: string): boolean {
  return /[*?[\]{}]/.test(text)
}

/** True when a folder and all below it hold at most so many entries. */
async function isSmall(folder: string, limit: number): Promise<boolean> {
  const folders = [folder]
  let left = limit
  for (const each of folders) {
    const entries = await readdir(each, { withFileTypes: true }).catch(() => undefined)
    left -= entries?.length ?? limit + 1
    if (left < 0) return false
    for (const entry of entries ?? []) if (entry.isDirectory()) folders.push(join(each, entry.name))
  }
  return true
}

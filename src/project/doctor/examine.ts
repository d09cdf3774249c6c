import { existsSync } from 'node:fs'
import { access, constants, readFile, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Context } from '../../core/context.ts'
import { MillraceError } from '../../core/errors.ts'
import { mapLimit } from '../../core/map-limit.ts'
import type { Lake } from '../../lake/lake.ts'
import { readSnapshot, type Snapshot } from '../../lake/snapshot.ts'

/** One thing that was looked at, and what to do about it. */
export interface Finding {
  readonly subject: string
  readonly status: 'good' | 'warning' | 'bad'
  readonly finding: string
  readonly mend?: string
}

/** Less free space than this is worth a word. */
const scarceBytes = 2_000_000_000
/** So many files of less than this on average are worth an `optimize`. */
const manyFiles = 100
const smallBytes = 16_000_000

/** What is wrong with an error's row, as a finding. Errors that are no `MillraceError` are thrown. */
export function findingOf(subject: string, error: unknown): Finding {
  if (!(error instanceof MillraceError)) throw error
  return { subject, status: 'bad', finding: `${error.message} (${error.code})`, mend: error.hint }
}

/** The folders that a project writes to: there or makeable, writable, with room. */
export async function examineFolder(subject: string, folder: string): Promise<Finding> {
  let there = folder
  while (!existsSync(there)) there = dirname(there)
  try {
    await access(there, constants.W_OK | constants.R_OK | constants.X_OK)
  } catch {
    return {
      subject,
      status: 'bad',
      finding: `${there} cannot be written`,
      mend: 'give the user that runs Millrace access to it',
    }
  }
  const { bavail, bsize } = await statfs(there)
  const free = bavail * bsize
  const gigabytes = `${(free / 1e9).toFixed(1)} GB free`
  if (free < scarceBytes)
    return {
      subject,
      status: 'warning',
      finding: `${folder}: only ${gigabytes}`,
      mend: 'free some space before a load',
    }
  return { subject, status: 'good', finding: `${folder}: writable, ${gigabytes}` }
}

/** Secrets in a `.env` that git would take along. */
export async function examineSecrets(dir: string): Promise<Finding> {
  const subject = 'secrets'
  if (!existsSync(join(dir, '.env'))) return { subject, status: 'good', finding: 'no .env file' }
  const ignore = await readFile(join(dir, '.gitignore'), 'utf8').catch(() => '')
  if (ignore.split(/\r?\n/).some((line) => /^\/?\.env\*?$/.test(line.trim())))
    return { subject, status: 'good', finding: '.env is left out of git' }
  return { subject, status: 'warning', finding: '.env is not in .gitignore', mend: 'add the line `.env` to .gitignore' }
}

/** A table of the lake: its log can be read, its files are there with the size that the log says. */
export async function examineTable(lake: Lake, table: string, context: Context): Promise<Finding> {
  const subject = `table ${table}`
  let snapshot: Snapshot
  try {
    snapshot = await readSnapshot(lake, table, {}, context)
  } catch (error) {
    return findingOf(subject, error)
  }
  const files = [...snapshot.files.values()]
  const damaged = await mapLimit(files, 16, async ({ path, size }) => {
    const found = await lake.store.head(`${table}/${path}`, context.signal)
    return found?.sizeBytes === size ? undefined : path
  })
  const [first, ...more] = damaged.filter((path) => path !== undefined)
  if (first)
    return {
      subject,
      status: 'bad',
      finding: `${first} ${more.length > 0 ? `and ${more.length} more ` : ''}missing, or not of the size that the log says`,
      mend: `bring the files back from a copy, or \`millrace table restore ${table}\` to a version without them`,
    }
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  const facts = `version ${snapshot.version}, ${files.length} ${files.length === 1 ? 'file' : 'files'}`
  if (files.length >= manyFiles && bytes / files.length < smallBytes)
    return {
      subject,
      status: 'warning',
      finding: `${facts}, most of them small`,
      mend: `\`millrace table optimize ${table}\` makes queries faster`,
    }
  return { subject, status: 'good', finding: facts }
}

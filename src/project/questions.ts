import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A SELECT of an example's `questions/` folder; its first comment line is the title. */
export interface Question {
  readonly name: string
  readonly title: string
  readonly sql: string
}

/** The questions of a project's folder, in the order of their file names; none where it has no such folder. */
export async function readQuestions(dir: string): Promise<readonly Question[]> {
  const folder = join(dir, 'questions')
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const questions: Question[] = []
  for (const name of names.filter((file) => file.endsWith('.sql')).toSorted()) {
    const sql = await readFile(join(folder, name), 'utf8')
    questions.push({ name, title: /^--\s*(.+)/.exec(sql)?.[1] ?? name, sql })
  }
  return questions
}

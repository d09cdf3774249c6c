import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Does something wrong to a project; what it gives mends it again. */
export type Misuse = (dir: string) => () => void

/** Puts a file into the project, or another in place of it. */
export const file =
  (path: string, text: string | Uint8Array): Misuse =>
  (dir) => {
    const at = join(dir, path)
    const before = path.startsWith('models/') ? tryRead(at) : undefined
    mkdirSync(dirname(at), { recursive: true })
    writeFileSync(at, text)
    return () => (before ? writeFileSync(at, before) : rmSync(at))
  }

/** A model in place of another, or beside them. */
export const model = (name: string, header: string, select: string) =>
  file(`models/${name}.sql`, `/*\n${header}\n*/\n${select}`)

export const both =
  (...misuses: readonly Misuse[]): Misuse =>
  (dir) => {
    const mend = misuses.map((misuse) => misuse(dir))
    return () => {
      for (const each of mend.toReversed()) each()
    }
  }

/** Takes a folder or a file of the project away. */
export const without =
  (path: string): Misuse =>
  (dir) => {
    renameSync(join(dir, path), join(dir, 'away'))
    return () => renameSync(join(dir, 'away'), join(dir, path))
  }

/** Another text in the config. */
export const config =
  (from: string, to: string): Misuse =>
  (dir) => {
    const at = join(dir, 'millrace.config.ts')
    const before = readFileSync(at, 'utf8')
    writeFileSync(at, before.replace(from, to))
    return () => writeFileSync(at, before)
  }

/** A folder with nothing in it. */
export const folder =
  (path: string): Misuse =>
  (dir) => {
    mkdirSync(join(dir, path), { recursive: true })
    return () => rmSync(join(dir, path), { recursive: true })
  }

export const nothing: Misuse = () => () => undefined

function tryRead(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

/** What is wrong, how, the commands that meet it, the code, a part of the message, a part of the hint. */
export type Row = readonly [string, Misuse, readonly (readonly string[])[], string, string, string]

export const daily = 'kind: incremental\ntime: day\ngrain: day'

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { judge, type Verdict } from '../../src/checks/judge.ts'
import type { Value } from '../../src/core/values.ts'
import type { Relation } from '../../src/engines/relation.ts'
import { collect } from '../../src/engines/rows.ts'
import { projectCatalog } from '../../src/project/catalog.ts'
import { openModels } from '../../src/project/models.ts'
import { type OpenProject, openProject } from '../../src/project/open.ts'
import { createProject, planExampleProject } from '../../src/project/template.ts'
import { freeze } from '../../src/query/frozen.ts'
import { context } from '../cli/project-folder.ts'
import { millrace } from '../cli/terminal.ts'
import { tempFolder } from '../temp-folder.ts'

/** The real data, where it is. */
const data = join(import.meta.dirname, '../../../shared/data')

/** A folder of the real data; undefined where it is absent, for `skipIf`. */
export function realData(path: string): string | undefined {
  const found = join(data, path)
  return existsSync(found) ? found : undefined
}

/** A new project made of an example of the package. */
export async function exampleProject(name: string): Promise<string> {
  const dir = join(await tempFolder(), name)
  await createProject(await planExampleProject(dir, name))
  return dir
}

/** Runs a command in a project; throws with what it said when it fails. */
export async function succeed(dir: string, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await millrace([...args, '--project', dir])
  if (status !== 0) throw new Error(`millrace ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** The models of a project over what is loaded. */
export interface Models {
  rows(sql: string): Promise<(readonly Value[])[]>
  /** What the checks of every model say of all its rows. */
  judged(): Promise<readonly Verdict[]>
}

export async function withModels(dir: string, body: (models: Models) => Promise<void>): Promise<void> {
  await using project = await openProject(dir, { access: 'read', command: 'test' })
  const relations = await relationsOf(project)
  const { engine } = project.lake
  const { order } = await openModels(project, context)
  await body({
    rows: async (sql) => collect(await engine.run({ sql, from: relations }, context)),
    judged: async () => {
      const verdicts: Verdict[] = []
      for (const { name: table, output: columns, checks } of order) {
        const rows = relations[table] as Relation
        const reference = async (name: string) => relations[name] as Relation
        verdicts.push(
          ...(await judge(engine, { table, columns, checks }, { staged: rows, after: rows, reference }, context)),
        )
      }
      return verdicts
    },
  })
}

async function relationsOf(project: OpenProject): Promise<Readonly<Record<string, Relation>>> {
  const { order, tables } = await openModels(project, context)
  const catalog = await projectCatalog(project, context)
  const frozen = freeze()
  const relations: Record<string, Relation> = {}
  for (const name of tables.keys()) relations[name] = (await catalog.resolve(name, frozen, [], context)).relation
  for (const { name, sql, inputs } of order) {
    const from = Object.fromEntries(inputs.map((input) => [input, relations[input] as Relation]))
    relations[name] = { kind: 'select', sql, from }
  }
  return relations
}

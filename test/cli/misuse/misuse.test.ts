import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseColumn } from '../../../src/core/columns.ts'
import { createTable } from '../../../src/lake/create.ts'
import { append } from '../../../src/lake/write.ts'
import { builtProject, changed } from '../../project/built-project.ts'
import { context } from '../project-folder.ts'
import { millrace } from '../terminal.ts'
import { definitions } from './definitions.ts'
import { queries } from './queries.ts'
import { surroundings } from './surroundings.ts'

test('every misuse of models gives a coded error with a hint, and no table has a commit more', async () => {
  const dir = await builtProject()
  await makeTheirs(dir)
  const before = commits(dir)
  const met: unknown[] = []
  for (const [what, misuse, commands, code, message, hint] of [...definitions, ...queries, ...surroundings]) {
    const mend = misuse(dir)
    try {
      for (const words of commands) {
        const { status, stderr } = await millrace([...words, '--project', dir])
        const told = {
          what,
          words,
          error: JSON.parse(stderr || '{}'),
          commits: commits(dir),
          failed: status === 1 || status === 2,
        }
        const error = { code, message: expect.stringContaining(message), hint: expect.stringContaining(hint) }
        expect.soft(told).toEqual({ what, words, error, commits: before, failed: true })
        met.push(words)
      }
    } finally {
      mend()
    }
  }
  expect(met.length).toBeGreaterThan(90)
  const after = await millrace(['build', '--project', dir])
  expect([after.status, commits(dir)]).toEqual([0, before])
}, 180_000)

/** A table of the lake that the project does not know. */
function makeTheirs(dir: string): Promise<void> {
  return changed(dir, async ({ lake }) => {
    await createTable(lake, 'theirs', { columns: [parseColumn('x', 'bigint')] }, context)
    await append(lake, 'theirs', { sql: 'SELECT 1::BIGINT AS x', from: {} }, {}, context)
  })
}

/** How many commits each table of the lake has. */
function commits(dir: string): Readonly<Record<string, number>> {
  const tables = readdirSync(join(dir, 'lake')).filter((name) => !name.startsWith('_') && !name.startsWith('.'))
  const counted = tables.map((name) => [name, readdirSync(join(dir, 'lake', name, '_delta_log')).length] as const)
  return Object.fromEntries(counted.filter(([name]) => name !== 'millrace.checks'))
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSnapshot } from '../../src/lake/snapshot.ts'
import { loadSource, planSources } from '../../src/project/loading.ts'
import { openProject } from '../../src/project/open.ts'
import { context } from '../lake/log-lake.ts'
import { tempFolder } from '../temp-folder.ts'

const config = (columns: string, rule = 'a >= 0') => `import { defineProject, files, stream } from 'millrace'
export default defineProject({
  name: 'p',
  streams: { events: stream({ columns: { ${columns} }, rules: { rule: '${rule}' } }) },
  sources: { s: files('*.csv', { into: 'events' }) },
})
`

/** Loads what is new; the version of the table and its columns afterwards. */
async function load(dir: string): Promise<readonly [number, string]> {
  await using project = await openProject(dir, { access: 'write', command: 'test' })
  for (const plan of await planSources(project, {}, context))
    for (const outcome of await loadSource(project, plan, context)) expect(outcome.outcome).not.toBe('refused')
  const { version, columns } = await readSnapshot(project.lake, 'events', {}, context)
  return [version, columns.map((column) => column.name).join()]
}

test('a load applies what is free of a changed contract, and says what costs more before it writes anything', async () => {
  const dir = await tempFolder()
  const declare = (...args: Parameters<typeof config>) =>
    writeFileSync(join(dir, 'millrace.config.ts'), config(...args))
  const deliver = (name: string, text: string) => writeFileSync(join(dir, name), text)
  declare(`a: 'bigint'`)
  deliver('1.csv', 'a\n1\n')
  expect(await load(dir)).toEqual([1, 'a,extra,_file'])
  expect(await load(dir)).toEqual([1, 'a,extra,_file'])
  declare(`a: 'bigint', b: 'varchar'`)
  expect(await load(dir)).toEqual([1, 'a,extra,_file'])
  deliver('2.csv', 'a,b\n2,x\n')
  expect(await load(dir)).toEqual([3, 'a,extra,_file,b'])
  declare(`a: 'varchar', b: 'varchar'`, 'length(a) > 0')
  deliver('3.csv', 'a,b\n3,x\n')
  await expect(load(dir)).rejects.toMatchObject({ code: 'CONTRACT_CHANGED' })
  declare(`a: 'bigint', b: 'varchar'`, 'c >= 0')
  await expect(load(dir)).rejects.toMatchObject({
    code: 'CONFIG_UNKNOWN_NAME',
    message: expect.stringContaining(':4:'),
  })
})

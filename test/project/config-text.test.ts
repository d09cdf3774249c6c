import { expect, test } from 'vitest'
import { withTable } from '../../src/project/config-text.ts'

const table = {
  text: "    sales: table({ columns: { a: 'bigint' }, from: files('data/a.csv') }),\n",
  calls: ['files', 'table'],
}

test('a table goes before those that there are, and what it calls is imported', () => {
  const config = `import { defineProject, stream, table } from 'millrace'

export default defineProject(({ env, profile }) => ({
  name: 'shop', // tables: { no }
  streams: { tables: stream({ columns: { note: 'varchar' }, rules: { tables: "note <> '}'" } }) },
  tables: {
    old: table({ columns: { a: 'bigint' } }),
  },
}))
`
  expect(withTable(config, table)).toBe(
    config
      .replace('{ defineProject, stream, table }', '{ defineProject, files, stream, table }')
      .replace('  tables: {\n', `  tables: {\n${table.text}`),
  )
})

test.for([
  [
    "import { defineProject } from 'millrace'\nexport default defineProject({ name: 'shop' })\n",
    `import { defineProject, files, table } from 'millrace'\nexport default defineProject({\n  tables: {\n${table.text}  },\n  name: 'shop' })\n`,
  ],
  [
    "import {\n  defineProject,\n  files,\n  table,\n} from 'millrace'\nexport default defineProject({\n  name: 'shop',\n  tables: {},\n})\n",
    `import {\n  defineProject,\n  files,\n  table,\n} from 'millrace'\nexport default defineProject({\n  name: 'shop',\n  tables: {\n${table.text.trimEnd()}\n  },\n})\n`,
  ],
])('also where there are none yet', ([config, expected]) => {
  expect(withTable(config as string, table)).toBe(expected)
})

test.for([
  "import { defineProject } from 'millrace'\nconst tables = {}\nexport default defineProject({ name: 'a', tables })\n",
  "import { defineProject } from 'millrace'\nconst all = {}\nexport default defineProject({ name: 'a', tables: all })\n",
  "import * as millrace from 'millrace'\nexport default millrace.defineProject({ name: 'a' })\n",
  "import { defineProject } from 'millrace'\nexport default defineProject(() => {\n  return { name: 'a' }\n})\n",
])('a file that shows no place for it is not touched', (config) => {
  expect(withTable(config, table)).toBeUndefined()
})
